package dev.pale.gateway.inject;

import java.nio.charset.StandardCharsets;

/**
 * Finds a parameter's value in a query or a form (application/x-www-form-urlencoded, WHATWG URL),
 * and encodes what is put there.
 */
final class Parameters {
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private Parameters() {}

  /** Takes a parameter. */
  @FunctionalInterface
  interface Each {
    void value(int from, int to);
  }

  /** All values of a name, decoded names compared. */
  static void each(byte[] text, int from, int to, String name, Each each) {
    int start = from;
    for (int i = from; i <= to; i++) {
      if (i == to || text[i] == '&') {
        int equals = start;
        while (equals < i && text[equals] != '=') {
          equals++;
        }
        if (equals < i && isName(text, start, equals, name)) {
          each.value(equals + 1, i);
        }
        start = i + 1;
      }
    }
  }

  static boolean isName(byte[] text, int from, int to, String name) {
    if (to - from < name.length()) {
      return false;
    }
    byte[] decoded = Escape.percentOnce(text, from, to, true);
    return name.equals(new String(decoded, StandardCharsets.UTF_8));
  }

  /** Whether a parameter of this name is there, with or without a value. */
  static boolean has(byte[] text, int from, int to, String name) {
    int start = from;
    for (int i = from; i <= to; i++) {
      if (i == to || text[i] == '&') {
        int equals = start;
        while (equals < i && text[equals] != '=') {
          equals++;
        }
        if (isName(text, start, equals, name)) {
          return true;
        }
        start = i + 1;
      }
    }
    return false;
  }

  /**
   * Percent-encodes all but unreserved characters (RFC 3986, section 2.3).
   *
   * @param kept what is left as well: {@code :} and {@code @} in a path's segment
   */
  static byte[] encode(byte[] value, String kept) {
    byte[] to = new byte[value.length * 3];
    int n = 0;
    for (byte b : value) {
      boolean plain =
          (b >= 'a' && b <= 'z')
              || (b >= 'A' && b <= 'Z')
              || (b >= '0' && b <= '9')
              || b == '-'
              || b == '_'
              || b == '.'
              || b == '~'
              || (b > 0 && kept.indexOf(b) >= 0);
      if (plain) {
        to[n++] = b;
      } else {
        to[n++] = '%';
        to[n++] = HEX[b >> 4 & 15];
        to[n++] = HEX[b & 15];
      }
    }
    byte[] exact = java.util.Arrays.copyOf(to, n);
    java.util.Arrays.fill(to, (byte) 0);
    return exact;
  }
}
