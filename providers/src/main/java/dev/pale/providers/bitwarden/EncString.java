package dev.pale.providers.bitwarden;

import dev.pale.crypto.Keys;
import dev.pale.crypto.Mac256;
import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Bitwarden's encrypted text of type 2: {@code 2.iv|ciphertext|mac}, each part in base64,
 * AES-256-CBC with PKCS #7 padding, HMAC-SHA-256 over {@code iv‖ciphertext}.
 *
 * <h2>Security guarantees</h2>
 *
 * <p>The MAC is checked in constant time before anything is decrypted, so nothing is learnt from
 * padding. Nothing binds a text to its place: whoever holds the organisation's database can give
 * one secret's value for another's.
 */
final class EncString {
  /** Encryption key, then MAC key. */
  static final int KEY_BYTES = 64;

  private static final int IV_BYTES = 16;
  private static final int MAX_CHARACTERS = 4 << 20;

  private EncString() {}

  /**
   * Decrypts.
   *
   * @param key 64 bytes
   * @param what it is, for the error
   * @return a new array
   * @throws PaleException 629 for what is no such text, and for a wrong MAC
   */
  static byte[] open(String text, byte[] key, String what) {
    if (text.length() > MAX_CHARACTERS || !text.startsWith("2.")) {
      throw damaged(what, "it is not encrypted as type 2 (AES-256-CBC with HMAC)");
    }
    String[] parts = text.substring(2).split("\\|", -1);
    if (parts.length != 3) {
      throw damaged(what, "it does not have three parts");
    }
    byte[] iv = base64(parts[0], what);
    byte[] sealed = base64(parts[1], what);
    byte[] mac = base64(parts[2], what);
    if (iv.length != IV_BYTES
        || mac.length != Mac256.BYTES
        || sealed.length == 0
        || sealed.length % IV_BYTES != 0) {
      throw damaged(what, "a part has the wrong length");
    }
    byte[] macKey = java.util.Arrays.copyOfRange(key, 32, KEY_BYTES);
    try {
      byte[] expected = new Mac256(macKey).update(iv).update(sealed).finish();
      if (!Keys.equal(expected, mac)) {
        throw damaged(what, "its MAC is wrong: another key, or changed on its way");
      }
      Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      cipher.init(
          Cipher.DECRYPT_MODE, new SecretKeySpec(key, 0, 32, "AES"), new IvParameterSpec(iv));
      return cipher.doFinal(sealed);
    } catch (GeneralSecurityException e) {
      throw damaged(what, "its padding is wrong");
    } finally {
      Keys.wipe(macKey);
    }
  }

  /** As {@link #open}, for names. */
  static String openText(String text, byte[] key, String what) {
    byte[] bytes = open(text, key, what);
    try {
      return new String(bytes, StandardCharsets.UTF_8);
    } finally {
      Keys.wipe(bytes);
    }
  }

  /** The JDK's decoder takes tails that no encoder writes; what is not canonical is refused. */
  private static byte[] base64(String text, String what) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // The same refusal as for a tail that is not canonical.
    }
    throw damaged(what, "a part is not base64");
  }

  static PaleException damaged(String what, String why) {
    return PaleException.of(
        629,
        what + " cannot be decrypted",
        why,
        "open it once with Bitwarden's own program; check that the access token belongs to its"
            + " organisation");
  }
}
