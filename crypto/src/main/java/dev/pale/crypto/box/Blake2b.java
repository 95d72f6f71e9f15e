package dev.pale.crypto.box;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** BLAKE2b without a key (RFC 7693). Thread-safe: no state. */
final class Blake2b {
  private static final int BLOCK_BYTES = 128;
  private static final int ROUNDS = 12;

  /** RFC 7693, 2.6: the same constants as SHA-512's. */
  private static final long[] IV = {
    0x6a09e667f3bcc908L,
    0xbb67ae8584caa73bL,
    0x3c6ef372fe94f82bL,
    0xa54ff53a5f1d36f1L,
    0x510e527fade682d1L,
    0x9b05688c2b3e6c1fL,
    0x1f83d9abfb41bd6bL,
    0x5be0cd19137e2179L
  };

  /** RFC 7693, 2.7: which word of the block each step takes, one row a round. */
  private static final String[] SIGMA = {
    "0123456789abcdef",
    "ea489fd61c02b753",
    "b8c052fdae367194",
    "7931dcbe265a40f8",
    "905724afe1bc683d",
    "2c6a0b834d75fe19",
    "c51fed4a0763928b",
    "db7ec13950f4862a",
    "6fe9b308c2d714a5",
    "a2847615fb9e3cd0"
  };

  private Blake2b() {}

  /**
   * The hash.
   *
   * @param bytes its length, 1 to 64
   */
  static byte[] hash(int bytes, byte[] message) {
    long[] h = IV.clone();
    h[0] ^= 0x01010000L ^ bytes;
    int at = 0;
    while (message.length - at > BLOCK_BYTES) {
      compress(h, Arrays.copyOfRange(message, at, at + BLOCK_BYTES), at + BLOCK_BYTES, false);
      at += BLOCK_BYTES;
    }
    // copyOfRange fills the last block with zeros.
    compress(h, Arrays.copyOfRange(message, at, at + BLOCK_BYTES), message.length, true);
    ByteBuffer out = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    for (long word : h) {
      out.putLong(word);
    }
    return Arrays.copyOf(out.array(), bytes);
  }

  private static void compress(long[] h, byte[] block, long counter, boolean last) {
    long[] m = new long[16];
    ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(m);
    long[] v = Arrays.copyOf(h, 16);
    System.arraycopy(IV, 0, v, 8, 8);
    v[12] ^= counter;
    if (last) {
      v[14] = ~v[14];
    }
    for (int round = 0; round < ROUNDS; round++) {
      String s = SIGMA[round % SIGMA.length];
      for (int i = 0; i < 4; i++) {
        mix(v, i, 4 + i, 8 + i, 12 + i, word(m, s, 2 * i), word(m, s, 2 * i + 1));
      }
      for (int i = 0; i < 4; i++) {
        int b = 4 + (i + 1) % 4;
        int c = 8 + (i + 2) % 4;
        int d = 12 + (i + 3) % 4;
        mix(v, i, b, c, d, word(m, s, 8 + 2 * i), word(m, s, 9 + 2 * i));
      }
    }
    for (int i = 0; i < 8; i++) {
      h[i] ^= v[i] ^ v[i + 8];
    }
  }

  private static long word(long[] m, String row, int step) {
    return m[Character.digit(row.charAt(step), 16)];
  }

  private static void mix(long[] v, int a, int b, int c, int d, long x, long y) {
    v[a] += v[b] + x;
    v[d] = Long.rotateRight(v[d] ^ v[a], 32);
    v[c] += v[d];
    v[b] = Long.rotateRight(v[b] ^ v[c], 24);
    v[a] += v[b] + y;
    v[d] = Long.rotateRight(v[d] ^ v[a], 16);
    v[c] += v[d];
    v[b] = Long.rotateRight(v[b] ^ v[c], 63);
  }
}
