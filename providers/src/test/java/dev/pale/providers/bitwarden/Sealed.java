package dev.pale.providers.bitwarden;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Bitwarden's encrypted text of type 2, made with nothing but the JDK. */
final class Sealed {
  private Sealed() {}

  static String seal(String text, byte[] key) {
    return seal(text.getBytes(StandardCharsets.UTF_8), key);
  }

  static String seal(byte[] plain, byte[] key) {
    byte[] iv = new byte[16];
    new SecureRandom().nextBytes(iv);
    try {
      Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      cipher.init(
          Cipher.ENCRYPT_MODE, new SecretKeySpec(key, 0, 32, "AES"), new IvParameterSpec(iv));
      byte[] sealed = cipher.doFinal(plain);
      return text(iv, sealed, mac(iv, sealed, key));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] mac(byte[] iv, byte[] sealed, byte[] key) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, 32, 32, "HmacSHA256"));
    mac.update(iv);
    return mac.doFinal(sealed);
  }

  static String text(byte[] iv, byte[] sealed, byte[] mac) {
    Base64.Encoder base64 = Base64.getEncoder();
    return "2."
        + base64.encodeToString(iv)
        + "|"
        + base64.encodeToString(sealed)
        + "|"
        + base64.encodeToString(mac);
  }
}
