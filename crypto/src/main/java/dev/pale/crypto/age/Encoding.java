package dev.pale.crypto.age;

import dev.pale.crypto.CryptoException;
import java.util.Base64;

/** The base64 of age: standard alphabet, no padding, exactly one text for each byte string. */
final class Encoding {
  private Encoding() {}

  static String encode(byte[] bytes) {
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Refuses padding, other alphabets, white space, and bits that carry nothing but are set. */
  static byte[] decode(String text) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw malformed("base64 is not valid");
    }
    // The JDK's decoder is lenient about the end of the text; there is one right text only.
    if (!encode(bytes).equals(text)) {
      throw malformed("base64 is not canonical");
    }
    return bytes;
  }

  static CryptoException malformed(String what) {
    return new CryptoException(CryptoException.Kind.FORMAT, "not a valid age file: " + what);
  }
}
