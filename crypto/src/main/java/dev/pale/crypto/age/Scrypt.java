package dev.pale.crypto.age;

import dev.pale.crypto.Mac256;

/** scrypt (RFC 7914) with r = 8, p = 1 and 32 bytes of output, as age fixes them. */
final class Scrypt {
  private static final int R = 8;
  private static final int BLOCK_INTS = 32 * R;

  private Scrypt() {}

  static byte[] derive(byte[] passphrase, byte[] salt, int logWork) {
    int n = 1 << logWork;
    byte[] start = pbkdf2(passphrase, salt, BLOCK_INTS * 4);
    int[] x = new int[BLOCK_INTS];
    for (int i = 0; i < x.length; i++) {
      x[i] =
          (start[4 * i] & 255)
              | (start[4 * i + 1] & 255) << 8
              | (start[4 * i + 2] & 255) << 16
              | start[4 * i + 3] << 24;
    }
    // Rows rather than one array: a row is small enough for any heap layout.
    int[][] table = new int[n][];
    int[] y = new int[BLOCK_INTS];
    int[] salsa = new int[16];
    for (int i = 0; i < n; i++) {
      table[i] = x.clone();
      mix(x, y, salsa);
    }
    for (int i = 0; i < n; i++) {
      int[] row = table[x[BLOCK_INTS - 16] & (n - 1)];
      for (int k = 0; k < BLOCK_INTS; k++) {
        x[k] ^= row[k];
      }
      mix(x, y, salsa);
    }
    for (int i = 0; i < x.length; i++) {
      start[4 * i] = (byte) x[i];
      start[4 * i + 1] = (byte) (x[i] >>> 8);
      start[4 * i + 2] = (byte) (x[i] >>> 16);
      start[4 * i + 3] = (byte) (x[i] >>> 24);
    }
    return pbkdf2(passphrase, start, 32);
  }

  /** PBKDF2 with HMAC-SHA-256 and one iteration. */
  private static byte[] pbkdf2(byte[] passphrase, byte[] salt, int length) {
    // HMAC pads its key with zeros, so an empty key and one zero byte are the same key.
    Mac256 mac = new Mac256(passphrase.length == 0 ? new byte[1] : passphrase);
    byte[] out = new byte[length];
    for (int at = 0, block = 1; at < length; at += Mac256.BYTES, block++) {
      byte[] number = {0, 0, (byte) (block >>> 8), (byte) block};
      byte[] piece = mac.update(salt).update(number).finish();
      System.arraycopy(piece, 0, out, at, Math.min(Mac256.BYTES, length - at));
    }
    return out;
  }

  /** scryptBlockMix: each block of 16 ints through Salsa20/8, even ones first. */
  private static void mix(int[] b, int[] y, int[] x) {
    System.arraycopy(b, BLOCK_INTS - 16, x, 0, 16);
    for (int i = 0; i < 2 * R; i++) {
      for (int k = 0; k < 16; k++) {
        x[k] ^= b[16 * i + k];
      }
      salsa8(x);
      System.arraycopy(x, 0, y, 16 * (i / 2 + (i & 1) * R), 16);
    }
    System.arraycopy(y, 0, b, 0, BLOCK_INTS);
  }

  private static void salsa8(int[] x) {
    int[] in = x.clone();
    for (int round = 0; round < 8; round += 2) {
      quarter(x, 0, 4, 8, 12);
      quarter(x, 5, 9, 13, 1);
      quarter(x, 10, 14, 2, 6);
      quarter(x, 15, 3, 7, 11);
      quarter(x, 0, 1, 2, 3);
      quarter(x, 5, 6, 7, 4);
      quarter(x, 10, 11, 8, 9);
      quarter(x, 15, 12, 13, 14);
    }
    for (int i = 0; i < 16; i++) {
      x[i] += in[i];
    }
  }

  private static void quarter(int[] x, int a, int b, int c, int d) {
    x[b] ^= Integer.rotateLeft(x[a] + x[d], 7);
    x[c] ^= Integer.rotateLeft(x[b] + x[a], 9);
    x[d] ^= Integer.rotateLeft(x[c] + x[b], 13);
    x[a] ^= Integer.rotateLeft(x[d] + x[c], 18);
  }
}
