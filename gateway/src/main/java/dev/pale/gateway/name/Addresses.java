package dev.pale.gateway.name;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * IP addresses as text, in their one canonical form only. No name service is asked, ever.
 *
 * <p>IPv4: four decimal numbers without leading zeros. IPv6: RFC 5952 in lower case, without zone
 * and without a dotted tail (that form is how an IPv4 address hides).
 */
final class Addresses {
  private static final String HEX = "0123456789abcdef";

  private Addresses() {}

  /** 4 or 16 bytes; null when the text is no address in its canonical form. */
  static byte @Nullable [] parse(String text) {
    return text.indexOf(':') >= 0 ? parse6(text) : parse4(text);
  }

  private static byte @Nullable [] parse4(String text) {
    if (text.length() < 7 || text.length() > 15) {
      return null;
    }
    byte[] bytes = new byte[4];
    int at = 0;
    for (int i = 0; i < 4; i++) {
      int start = at;
      int number = 0;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        number = number * 10 + text.charAt(at++) - '0';
      }
      int digits = at - start;
      if (digits < 1 || digits > 3 || number > 255 || (digits > 1 && text.charAt(start) == '0')) {
        return null;
      }
      bytes[i] = (byte) number;
      if (i < 3 && (at >= text.length() || text.charAt(at++) != '.')) {
        return null;
      }
    }
    return at == text.length() ? bytes : null;
  }

  private static byte @Nullable [] parse6(String text) {
    if (text.length() > 39) {
      return null;
    }
    byte[] bytes = new byte[16];
    int groups = 0;
    int gap = -1;
    int at = 0;
    if (text.startsWith("::")) {
      gap = 0;
      at = 2;
    }
    while (at < text.length()) {
      int start = at;
      int number = 0;
      while (at < text.length() && HEX.indexOf(text.charAt(at)) >= 0) {
        number = number << 4 | HEX.indexOf(text.charAt(at++));
      }
      if (at == start || at - start > 4 || groups == 8) {
        return null;
      }
      bytes[groups * 2] = (byte) (number >> 8);
      bytes[groups * 2 + 1] = (byte) number;
      groups++;
      if (at == text.length()) {
        break;
      }
      if (text.charAt(at++) != ':' || at == text.length()) {
        return null;
      }
      if (text.charAt(at) == ':') {
        if (gap >= 0) {
          return null;
        }
        gap = groups;
        at++;
      }
    }
    if (gap < 0 ? groups != 8 : groups > 7) {
      return null;
    }
    if (gap >= 0) {
      int tail = (groups - gap) * 2;
      System.arraycopy(bytes, gap * 2, bytes, 16 - tail, tail);
      Arrays.fill(bytes, gap * 2, 16 - tail, (byte) 0);
    }
    return text(bytes).equals(text) ? bytes : null;
  }

  /** The canonical text of 4 or 16 bytes. */
  static String text(byte[] bytes) {
    StringBuilder text = new StringBuilder(39);
    if (bytes.length == 4) {
      for (int i = 0; i < 4; i++) {
        text.append(i == 0 ? "" : ".").append(bytes[i] & 0xff);
      }
      return text.toString();
    }
    int gap = -1;
    int gapLength = 1;
    for (int i = 0; i < 8; i++) {
      int length = 0;
      while (i + length < 8 && group(bytes, i + length) == 0) {
        length++;
      }
      if (length > gapLength) {
        gap = i;
        gapLength = length;
      }
    }
    for (int i = 0; i < 8; i++) {
      if (i == gap) {
        text.append("::");
        i += gapLength - 1;
        continue;
      }
      if (i > 0 && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(group(bytes, i)));
    }
    return text.toString();
  }

  private static int group(byte[] bytes, int index) {
    return (bytes[index * 2] & 0xff) << 8 | (bytes[index * 2 + 1] & 0xff);
  }
}
