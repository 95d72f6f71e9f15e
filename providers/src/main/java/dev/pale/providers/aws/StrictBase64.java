package dev.pale.providers.aws;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Base64 with its padding and nothing left over, which Java's decoder does not insist on. */
final class StrictBase64 {
  private StrictBase64() {}

  /** Empty for what is none; an empty text is none. */
  static Optional<byte[]> decode(String text) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (bytes.length == 0 || !Base64.getEncoder().encodeToString(bytes).equals(text)) {
      Arrays.fill(bytes, (byte) 0);
      return Optional.empty();
    }
    return Optional.of(bytes);
  }
}
