package dev.pale.crypto.sigv4;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/** Bytes, hex and the percent-encoding of the signature's own alphabet. */
final class Ascii {
  private static final char[] DIGITS = "0123456789ABCDEF".toCharArray();

  private Ascii() {}

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** 64 lower-case hex digits. */
  static boolean isSha256Hex(String text) {
    return text.length() == 64
        && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }

  /**
   * UTF-8.
   *
   * @throws IllegalArgumentException for a lone surrogate, which would become a question mark
   */
  static byte[] utf8(String text) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] result = new byte[bytes.remaining()];
      bytes.get(result);
      return result;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the request is not Unicode", e);
    }
  }

  /** Everything but {@code A-Z a-z 0-9 - . _ ~} as {@code %XX}. */
  static String encode(byte[] bytes) {
    StringBuilder out = new StringBuilder(bytes.length + 16);
    for (byte each : bytes) {
      int c = each & 0xff;
      if (isUnreserved(c)) {
        out.append((char) c);
      } else {
        out.append('%').append(DIGITS[c >> 4]).append(DIGITS[c & 15]);
      }
    }
    return out.toString();
  }

  private static boolean isUnreserved(int c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }

  /**
   * Undoes {@code %XX}, once. A plus sign stands for itself.
   *
   * @throws IllegalArgumentException for a percent sign without two hex digits
   */
  static byte[] decode(String text) {
    byte[] raw = utf8(text);
    byte[] out = new byte[raw.length];
    int length = 0;
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] != '%') {
        out[length++] = raw[i];
        continue;
      }
      int high = i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
      int low = i + 2 < raw.length ? Character.digit(raw[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw new IllegalArgumentException("a percent sign without two hex digits");
      }
      out[length++] = (byte) (high << 4 | low);
      i += 2;
    }
    return java.util.Arrays.copyOf(out, length);
  }
}
