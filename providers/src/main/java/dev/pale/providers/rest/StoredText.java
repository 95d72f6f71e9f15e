package dev.pale.providers.rest;

import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.SortedMap;
import java.util.TreeMap;

/** Values on their way into stores that keep text only. */
public final class StoredText {
  private StoredText() {}

  /**
   * The values as text.
   *
   * @throws PaleException 626 for a value that is no UTF-8; nothing was written then
   */
  public static SortedMap<String, String> of(
      SortedMap<SecretName, SecretValue> values, String store) {
    SortedMap<String, String> result = new TreeMap<>();
    values.forEach((name, value) -> result.put(name.text(), of(name, value, store)));
    return result;
  }

  private static String of(SecretName name, SecretValue value, String store) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(value.bytes(Reveal.EXPORT)))
          .toString();
    } catch (CharacterCodingException e) {
      throw refused(name.text(), store, "it is no text in UTF-8", "keep it in base64");
    }
  }

  /** Whether two values are the same, in a time that tells nothing about where they differ. */
  public static boolean same(String left, String right) {
    return MessageDigest.isEqual(
        left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
  }

  /** The error for a value that a store would not give back as it is. */
  public static PaleException refused(String name, String store, String why, String mend) {
    return PaleException.of(626, "the value of " + name + " cannot be kept in " + store, why, mend);
  }
}
