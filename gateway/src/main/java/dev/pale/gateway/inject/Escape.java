package dev.pale.gateway.inject;

/**
 * Undoes percent-encoding (RFC 3986, section 2.1), also when it was applied several times, and the
 * escapes of JSON strings (RFC 8259, section 7), in one look and without knowing which of both a
 * text uses: for finding, not for reading.
 */
final class Escape {
  /** No escape begins here. */
  static final long NONE = 0;

  /** The text ends inside what may become an escape. */
  static final long MORE = -1;

  /** So many levels of {@code %25} are one escape. */
  private static final int MOST_NESTED = 5;

  private Escape() {}

  /** Whether an escape may begin with this character. */
  static boolean isTrigger(byte b) {
    return b == '%' || b == '\\';
  }

  /** The first position from {@code from} where an escape may begin, or {@code to}. */
  static int trigger(byte[] text, int from, int to) {
    int i = from;
    while (i < to && text[i] != '%' && text[i] != '\\') {
      i++;
    }
    return i;
  }

  /** How many bytes an escape has, of what {@link #at} returned. */
  static int length(long unit) {
    return (int) (unit >>> 32);
  }

  /** What an escape stands for: a byte, or above 0x7f of JSON a UTF-16 unit. */
  static int value(long unit) {
    return (int) unit;
  }

  /** Whether the value is a UTF-16 unit and no byte. */
  static boolean isUnit(long unit, byte first) {
    return first == '\\' && value(unit) > 0x7f;
  }

  /**
   * Reads the escape at a position.
   *
   * @param last whether no more follows after {@code end}
   * @return {@link #NONE}, {@link #MORE}, or length and value
   */
  static long at(byte[] text, int at, int end, boolean last) {
    if (text[at] == '%') {
      return percent(text, at, end, last);
    }
    return text[at] == '\\' ? json(text, at, end, last) : NONE;
  }

  private static long percent(byte[] text, int at, int end, boolean last) {
    int i = at + 1;
    for (int nested = 0; nested < MOST_NESTED; nested++) {
      if (i + 2 > end) {
        boolean may = i == end || hex(text[i]) >= 0;
        if (may && !last) {
          return MORE;
        }
        // What was read so far may be complete: "%25" at the end.
        return nested == 0 ? NONE : pack(i - at, '%');
      }
      int high = hex(text[i]);
      int low = hex(text[i + 1]);
      if (high < 0 || low < 0) {
        return nested == 0 ? NONE : pack(i - at, '%');
      }
      i += 2;
      int value = high * 16 + low;
      if (value != '%') {
        return pack(i - at, value);
      }
    }
    return pack(i - at, '%');
  }

  private static long json(byte[] text, int at, int end, boolean last) {
    if (at + 1 >= end) {
      return last ? NONE : MORE;
    }
    return switch (text[at + 1]) {
      case '"', '\\', '/' -> pack(2, text[at + 1]);
      case 'n' -> pack(2, '\n');
      case 'r' -> pack(2, '\r');
      case 't' -> pack(2, '\t');
      case 'u' -> unicode(text, at, end, last);
      default -> NONE;
    };
  }

  private static long unicode(byte[] text, int at, int end, boolean last) {
    int value = 0;
    for (int i = at + 2; i < at + 6; i++) {
      if (i >= end) {
        return last ? NONE : MORE;
      }
      int digit = hex(text[i]);
      if (digit < 0) {
        return NONE;
      }
      value = value * 16 + digit;
    }
    return pack(6, value);
  }

  private static long pack(int length, int value) {
    return (long) length << 32 | value;
  }

  /** The value of a hexadecimal digit, or -1. */
  static int hex(int c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  /** Writes a UTF-16 unit in UTF-8; half a pair as three bytes of its own. */
  static int utf8(int unit, byte[] to, int at) {
    if (unit < 0x80) {
      to[at] = (byte) unit;
      return 1;
    }
    if (unit < 0x800) {
      to[at] = (byte) (0xc0 | (unit >> 6));
      to[at + 1] = (byte) (0x80 | (unit & 0x3f));
      return 2;
    }
    to[at] = (byte) (0xe0 | (unit >> 12));
    to[at + 1] = (byte) (0x80 | ((unit >> 6) & 0x3f));
    to[at + 2] = (byte) (0x80 | (unit & 0x3f));
    return 3;
  }

  /** Undoes all escapes of a part; returns where it ends in {@code to}, which must be as long. */
  static int decode(byte[] from, int at, int end, byte[] to, int into) {
    int n = into;
    int i = at;
    while (i < end) {
      long unit = isTrigger(from[i]) ? at(from, i, end, true) : NONE;
      if (unit == NONE) {
        to[n++] = from[i++];
      } else if (isUnit(unit, from[i])) {
        n += utf8(value(unit), to, n);
        i += length(unit);
      } else {
        to[n++] = (byte) value(unit);
        i += length(unit);
      }
    }
    return n;
  }

  /**
   * Undoes one level of percent-encoding, as a server does.
   *
   * @param plus whether {@code +} stands for a space, as in forms
   */
  static byte[] percentOnce(byte[] from, int at, int end, boolean plus) {
    byte[] to = new byte[end - at];
    int n = 0;
    int i = at;
    while (i < end) {
      byte b = from[i];
      if (b == '%' && i + 2 < end && hex(from[i + 1]) >= 0 && hex(from[i + 2]) >= 0) {
        to[n++] = (byte) (hex(from[i + 1]) * 16 + hex(from[i + 2]));
        i += 3;
      } else {
        to[n++] = plus && b == '+' ? (byte) ' ' : b;
        i++;
      }
    }
    return n == to.length ? to : java.util.Arrays.copyOf(to, n);
  }
}
