package dev.pale.secrets;

import java.util.Arrays;

/** Writes renderings of a value into a buffer that is used again for the next and can be wiped. */
final class Encoder {
  /** JSON: bytes above ASCII as \\uXXXX; not possible for what is not UTF-8. */
  static final int JSON_ASCII = 1;

  /** JSON: also escapes {@code /}, as PHP does. */
  static final int JSON_SLASH = 2;

  /** JSON: also escapes {@code < > &}, as Go does. */
  static final int JSON_HTML = 4;

  /** JSON: also escapes {@code '} and {@code =}, as Gson does. */
  static final int JSON_QUOTE = 8;

  private static final byte[] LOWER = ascii("0123456789abcdef");
  private static final byte[] UPPER = ascii("0123456789ABCDEF");
  private static final byte[] STANDARD =
      ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  private static final byte[] URL_SAFE =
      ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

  private byte[] buffer = new byte[512];
  private int length;
  private int unpadded;
  private boolean urlSafeCharacter;

  /** The last rendering begins at 0 and has {@link #length()} bytes. */
  byte[] bytes() {
    return buffer;
  }

  int length() {
    return length;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }

  private void begin(long capacity) {
    length = 0;
    if (capacity > buffer.length) {
      if (capacity > Integer.MAX_VALUE - 16) {
        throw new IllegalArgumentException("the value to look for is too large");
      }
      Arrays.fill(buffer, (byte) 0);
      buffer = new byte[(int) Math.max(capacity, Math.min(buffer.length * 2L, 1 << 20))];
    }
  }

  /** RFC 4648, of so many zero bytes and the value, with padding. */
  void base64(byte[] v, int offset, boolean urlSafe) {
    byte[] alphabet = urlSafe ? URL_SAFE : STANDARD;
    int total = offset + v.length;
    begin((total + 2L) / 3 * 4);
    byte[] to = buffer;
    int n = 0;
    boolean special = false;
    for (int at = -offset; at < v.length; at += 3) {
      int a = at >= 0 ? v[at] & 0xff : 0;
      int b = at + 1 >= 0 && at + 1 < v.length ? v[at + 1] & 0xff : 0;
      int c = at + 2 < v.length ? v[at + 2] & 0xff : 0;
      int bits = (a << 16) | (b << 8) | c;
      special |=
          bits >>> 18 > 61
              || ((bits >>> 12) & 63) > 61
              || ((bits >>> 6) & 63) > 61
              || (bits & 63) > 61;
      to[n] = alphabet[bits >>> 18];
      to[n + 1] = alphabet[(bits >>> 12) & 63];
      to[n + 2] = alphabet[(bits >>> 6) & 63];
      to[n + 3] = alphabet[bits & 63];
      n += 4;
    }
    unpadded = (8 * total + 5) / 6;
    for (int i = unpadded; i < n; i++) {
      to[i] = '=';
    }
    length = n;
    urlSafeCharacter = special;
  }

  /** Length of the last base64 rendering without padding. */
  int unpaddedLength() {
    return unpadded;
  }

  /** Whether the last base64 rendering differs between the alphabets. */
  boolean hasUrlSafeCharacter() {
    return urlSafeCharacter;
  }

  void hex(byte[] v, boolean upper) {
    byte[] digits = upper ? UPPER : LOWER;
    begin(v.length * 2L);
    byte[] to = buffer;
    int n = 0;
    for (byte b : v) {
      to[n++] = digits[(b >> 4) & 15];
      to[n++] = digits[b & 15];
    }
    length = n;
  }

  void percentEvery(byte[] v, boolean upper) {
    byte[] digits = upper ? UPPER : LOWER;
    begin(v.length * 3L);
    byte[] to = buffer;
    int n = 0;
    for (byte b : v) {
      to[n++] = '%';
      to[n++] = digits[(b >> 4) & 15];
      to[n++] = digits[b & 15];
    }
    length = n;
  }

  /** RFC 3986, section 2.1. */
  void percent(byte[] v, String kept, boolean plusForSpace, boolean upper) {
    byte[] digits = upper ? UPPER : LOWER;
    begin(v.length * 3L);
    byte[] to = buffer;
    int n = 0;
    for (byte b : v) {
      if (isPlain(b) || (b > 0 && kept.indexOf(b) >= 0)) {
        to[n++] = b;
      } else if (b == ' ' && plusForSpace) {
        to[n++] = '+';
      } else {
        to[n++] = '%';
        to[n++] = digits[(b >> 4) & 15];
        to[n++] = digits[b & 15];
      }
    }
    length = n;
  }

  /** Whether every percent-encoder leaves the value as it is. */
  static boolean isUnreserved(byte[] v) {
    for (byte b : v) {
      if (!isPlain(b)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlain(byte b) {
    return isAlphanumeric(b) || b == '-' || b == '_' || b == '.';
  }

  static boolean isAlphanumeric(byte b) {
    return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
  }

  /** Whether any of the JSON styles changes the value. */
  static boolean mayNeedJsonEscape(byte[] v) {
    for (byte b : v) {
      if (b < 0x20 || b == 0x7f || b == '"' || b == '\\' || b == '/' || b == '<' || b == '>'
          || b == '&' || b == '\'' || b == '=') {
        return true;
      }
    }
    return false;
  }

  /** RFC 8259, section 7, without the quotes; false when the style cannot express the value. */
  boolean json(byte[] v, int style, boolean upper) {
    byte[] digits = upper ? UPPER : LOWER;
    begin(v.length * 6L);
    int i = 0;
    while (i < v.length) {
      byte b = v[i];
      if (b < 0 && (style & JSON_ASCII) != 0) {
        int point = Utf8.decode(v, i);
        if (point < 0) {
          return false;
        }
        i += Utf8.length(point);
        if (point > 0xffff) {
          unicode(0xd800 + ((point - 0x10000) >> 10), digits);
          unicode(0xdc00 + ((point - 0x10000) & 0x3ff), digits);
        } else {
          unicode(point, digits);
        }
      } else {
        i++;
        jsonAscii(b, style, digits);
      }
    }
    return true;
  }

  private void jsonAscii(byte b, int style, byte[] digits) {
    int letter =
        switch (b) {
          case '"', '\\' -> b;
          case '/' -> (style & JSON_SLASH) != 0 ? '/' : 0;
          case '\b' -> 'b';
          case '\f' -> 'f';
          case '\n' -> 'n';
          case '\r' -> 'r';
          case '\t' -> 't';
          default -> 0;
        };
    if (letter != 0) {
      buffer[length++] = '\\';
      buffer[length++] = (byte) letter;
    } else if ((b >= 0 && b < 0x20)
        || ((style & JSON_HTML) != 0 && (b == '<' || b == '>' || b == '&'))
        || ((style & JSON_QUOTE) != 0 && (b == '\'' || b == '='))) {
      unicode(b, digits);
    } else {
      buffer[length++] = b;
    }
  }

  private void unicode(int unit, byte[] digits) {
    byte[] to = buffer;
    int n = length;
    to[n] = '\\';
    to[n + 1] = 'u';
    to[n + 2] = digits[(unit >> 12) & 15];
    to[n + 3] = digits[(unit >> 8) & 15];
    to[n + 4] = digits[(unit >> 4) & 15];
    to[n + 5] = digits[unit & 15];
    length = n + 6;
  }

  /** The value with line ends LF or CRLF; from LF, CR or CRLF. */
  void lineEnds(byte[] v, boolean crlf) {
    begin(v.length * 2L);
    for (int i = 0; i < v.length; i++) {
      byte b = v[i];
      if (b == '\r' && i + 1 < v.length && v[i + 1] == '\n') {
        continue;
      }
      if (b == '\n' || b == '\r') {
        if (crlf) {
          buffer[length++] = '\r';
        }
        buffer[length++] = '\n';
      } else {
        buffer[length++] = b;
      }
    }
  }

  /** The value with each {@code \n} that it spells as a real line end. */
  void unspellLines(byte[] v) {
    begin(v.length);
    for (int i = 0; i < v.length; i++) {
      byte b = v[i];
      if (b == '\\' && i + 1 < v.length && v[i + 1] == 'n') {
        buffer[length++] = '\n';
        i++;
      } else if (b == '\\'
          && i + 3 < v.length
          && v[i + 1] == 'r'
          && v[i + 2] == '\\'
          && v[i + 3] == 'n') {
        i++;
      } else {
        buffer[length++] = b;
      }
    }
  }

  void wipe() {
    Arrays.fill(buffer, (byte) 0);
  }
}
