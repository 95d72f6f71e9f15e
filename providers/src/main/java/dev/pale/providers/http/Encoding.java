package dev.pale.providers.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/** Percent encoding (RFC 3986, section 2.1). */
public final class Encoding {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private Encoding() {}

  /** One segment of a path, or a name or value of a query: all but unreserved characters. */
  public static String segment(String text) {
    StringBuilder out = new StringBuilder();
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (each & 0xff);
      if ((c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || (c >= '0' && c <= '9')
          || "-._~".indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append('%').append(HEX.toHexDigits(each));
      }
    }
    return out.toString();
  }

  /**
   * The text that was encoded; empty for what is not encoded properly, or is not UTF-8. A plus sign
   * stays one.
   */
  public static Optional<String> decoded(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[bytes.length];
    int n = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '%') {
        out[n++] = bytes[i];
        continue;
      }
      if (i + 2 >= bytes.length
          || !HexFormat.isHexDigit(bytes[i + 1])
          || !HexFormat.isHexDigit(bytes[i + 2])) {
        return Optional.empty();
      }
      out[n++] =
          (byte) (HexFormat.fromHexDigit(bytes[i + 1]) << 4 | HexFormat.fromHexDigit(bytes[i + 2]));
      i += 2;
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(out, 0, n)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
