package dev.pale.gateway.placeholder;

import java.util.zip.CRC32;

/**
 * The check characters of others: GitHub's and npm's tokens end in six base62 digits of the CRC-32
 * of the characters before. A placeholder that passed would look real to their secret scanning.
 *
 * <p>Source: GitHub's article "Behind GitHub's new authentication token formats". The order of the
 * digits is not documented there, so that both usual ones are tested.
 */
final class ForeignChecksums {
  private static final String[] ORDERS = {
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
  };

  private ForeignChecksums() {}

  /**
   * Whether the last six characters check those before, from the start or from any underscore on.
   */
  static boolean isValid(byte[] token) {
    int end = token.length - 6;
    if (end < 1) {
      return false;
    }
    for (int from = 0; from < end; from++) {
      if ((from == 0 || token[from - 1] == '_') && isValid(token, from, end)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isValid(byte[] token, int from, int end) {
    CRC32 crc = new CRC32();
    crc.update(token, from, end - from);
    for (String order : ORDERS) {
      long rest = crc.getValue();
      boolean same = true;
      for (int i = token.length - 1; i >= end; i--) {
        same &= token[i] == order.charAt((int) (rest % 62));
        rest /= 62;
      }
      if (same) {
        return true;
      }
    }
    return false;
  }
}
