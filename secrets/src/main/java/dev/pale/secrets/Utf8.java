package dev.pale.secrets;

/** UTF-8 (RFC 3629), strictly: no overlong forms, no surrogates. */
final class Utf8 {
  private Utf8() {}

  /** The code point that begins at an index, or -1 when there is none. */
  static int decode(byte[] v, int at) {
    int b = v[at] & 0xff;
    if (b < 0x80) {
      return b;
    }
    int more = b >= 0xf0 ? 3 : b >= 0xe0 ? 2 : 1;
    if (b < 0xc2 || b > 0xf4 || at + more >= v.length) {
      return -1;
    }
    int point = b & (0x3f >> more);
    for (int i = 1; i <= more; i++) {
      int next = v[at + i] & 0xff;
      if ((next & 0xc0) != 0x80) {
        return -1;
      }
      point = (point << 6) | (next & 0x3f);
    }
    boolean surrogate = point >= 0xd800 && point <= 0xdfff;
    return length(point) == more + 1 && !surrogate && point <= 0x10ffff ? point : -1;
  }

  /** How many bytes a code point has. */
  static int length(int point) {
    return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
}
