package dev.pale.crypto.box;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The one-time authenticator Poly1305 (RFC 8439, 2.5), in five limbs of 26 bits, without branches
 * on secrets. Thread-safe: no state.
 */
final class Poly1305 {
  static final int KEY_BYTES = 32;
  static final int TAG_BYTES = 16;
  private static final long LIMB = 0x3ffffff;

  private Poly1305() {}

  /**
   * The tag of a part of an array.
   *
   * @param key 32 bytes, for one message only
   */
  static byte[] tag(byte[] key, byte[] message, int offset, int length) {
    ByteBuffer k = ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN);
    long[] r = limbs(k.getLong(0) & 0x0ffffffc0fffffffL, k.getLong(8) & 0x0ffffffc0ffffffcL, 0);
    long[] h = new long[5];
    byte[] block = new byte[TAG_BYTES + 1];
    for (int at = 0; at < length; at += TAG_BYTES) {
      int size = Math.min(TAG_BYTES, length - at);
      java.util.Arrays.fill(block, (byte) 0);
      System.arraycopy(message, offset + at, block, 0, size);
      block[size] = 1;
      ByteBuffer b = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
      long[] part = limbs(b.getLong(0), b.getLong(8), block[TAG_BYTES]);
      for (int i = 0; i < 5; i++) {
        h[i] += part[i];
      }
      multiply(h, r);
    }
    return finish(h, k.getLong(16), k.getLong(24));
  }

  private static long[] limbs(long low, long high, long top) {
    return new long[] {
      low & LIMB,
      (low >>> 26) & LIMB,
      ((low >>> 52) | (high << 12)) & LIMB,
      (high >>> 14) & LIMB,
      (high >>> 40) | (top << 24)
    };
  }

  /** h = h * r modulo 2^130 - 5; what overflows comes back five times. */
  private static void multiply(long[] h, long[] r) {
    long[] d = new long[5];
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 5; j++) {
        int place = i + j;
        d[place % 5] += h[i] * r[j] * (place < 5 ? 1 : 5);
      }
    }
    System.arraycopy(d, 0, h, 0, 5);
    carry(h);
  }

  private static void carry(long[] h) {
    for (int i = 0; i < 4; i++) {
      h[i + 1] += h[i] >>> 26;
      h[i] &= LIMB;
    }
    h[0] += 5 * (h[4] >>> 26);
    h[4] &= LIMB;
    h[1] += h[0] >>> 26;
    h[0] &= LIMB;
  }

  private static byte[] finish(long[] h, long padLow, long padHigh) {
    carry(h);
    carry(h);
    // h - p, where p = 2^130 - 5: taken when it is not negative.
    long[] g = new long[5];
    long borrow = 5;
    for (int i = 0; i < 5; i++) {
      g[i] = h[i] + borrow;
      borrow = g[i] >>> 26;
      g[i] &= LIMB;
    }
    long take = -borrow; // all ones when h + 5 reaches 2^130
    for (int i = 0; i < 5; i++) {
      h[i] = (h[i] & ~take) | (g[i] & take);
    }
    long low = h[0] | (h[1] << 26) | (h[2] << 52);
    long high = (h[2] >>> 12) | (h[3] << 14) | (h[4] << 40);
    long sum = low + padLow;
    // The carry of an addition without signs, without a branch.
    long over = ((low & padLow) | ((low | padLow) & ~sum)) >>> 63;
    return ByteBuffer.allocate(TAG_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(sum)
        .putLong(high + padHigh + over)
        .array();
  }
}
