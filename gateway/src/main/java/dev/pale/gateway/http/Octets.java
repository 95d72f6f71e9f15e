package dev.pale.gateway.http;

/** What each byte may be part of (RFC 9110, section 5.6.2 and 5.5; RFC 3986). */
final class Octets {
  private static final byte TOKEN = 1;
  private static final byte VALUE = 2;
  private static final byte TARGET = 4;
  private static final byte[] CLASSES = classes();

  private Octets() {}

  private static byte[] classes() {
    byte[] classes = new byte[256];
    for (int c = 0; c < 256; c++) {
      if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
        classes[c] = (byte) (classes[c] | TOKEN);
      }
      if (c == '\t' || (c >= ' ' && c != 0x7f)) {
        classes[c] = (byte) (classes[c] | VALUE);
      }
      if (c > ' ' && c < 0x7f && c != '#') {
        classes[c] = (byte) (classes[c] | TARGET);
      }
    }
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
      classes[c] = (byte) (classes[c] | TOKEN);
    }
    return classes;
  }

  static boolean isToken(byte octet) {
    return (CLASSES[octet & 0xff] & TOKEN) != 0;
  }

  static boolean isToken(char c) {
    return c < 256 && (CLASSES[c] & TOKEN) != 0;
  }

  /** A tab, a blank, or anything printable; bytes from 0x80 count as printable. */
  static boolean isValue(byte octet) {
    return (CLASSES[octet & 0xff] & VALUE) != 0;
  }

  /** Printable ASCII but for a blank and {@code #}. */
  static boolean isTarget(byte octet) {
    return (CLASSES[octet & 0xff] & TARGET) != 0;
  }

  static boolean isBlank(byte octet) {
    return octet == ' ' || octet == '\t';
  }

  static boolean isDigit(byte octet) {
    return octet >= '0' && octet <= '9';
  }

  /** The value of a hexadecimal digit, or -1. */
  static int hex(byte octet) {
    if (octet >= '0' && octet <= '9') {
      return octet - '0';
    }
    int lower = octet | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }
}
