package dev.pale.crypto.age;

/** SHAKE256 (FIPS 202) for short inputs and outputs; the JDK has it only inside its own classes. */
final class Shake256 {
  private static final int RATE_BYTES = 136;
  private static final int ROUNDS = 24;

  private Shake256() {}

  /**
   * @param input less than 136 bytes
   * @param length at most 136
   */
  static byte[] of(byte[] input, int length) {
    if (input.length >= RATE_BYTES || length > RATE_BYTES) {
      throw new IllegalArgumentException("longer than one block");
    }
    long[] state = new long[25];
    for (int i = 0; i < input.length; i++) {
      state[i / 8] ^= (input[i] & 255L) << (8 * (i % 8));
    }
    state[input.length / 8] ^= 0x1fL << (8 * (input.length % 8));
    state[RATE_BYTES / 8 - 1] ^= 1L << 63;
    permute(state);
    byte[] out = new byte[length];
    for (int i = 0; i < length; i++) {
      out[i] = (byte) (state[i / 8] >>> (8 * (i % 8)));
    }
    return out;
  }

  private static void permute(long[] a) {
    int register = 1;
    long[] columns = new long[5];
    long[] row = new long[5];
    for (int round = 0; round < ROUNDS; round++) {
      // theta
      for (int x = 0; x < 5; x++) {
        columns[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
      }
      for (int x = 0; x < 5; x++) {
        long d = columns[(x + 4) % 5] ^ Long.rotateLeft(columns[(x + 1) % 5], 1);
        for (int y = 0; y < 25; y += 5) {
          a[x + y] ^= d;
        }
      }
      // rho and pi, along the one cycle that pi makes of all lanes but the first
      int x = 1;
      int y = 0;
      long carried = a[1];
      for (int t = 0; t < ROUNDS; t++) {
        int nextY = (2 * x + 3 * y) % 5;
        x = y;
        y = nextY;
        long held = a[x + 5 * y];
        a[x + 5 * y] = Long.rotateLeft(carried, (t + 1) * (t + 2) / 2 % 64);
        carried = held;
      }
      // chi
      for (int from = 0; from < 25; from += 5) {
        System.arraycopy(a, from, row, 0, 5);
        for (int i = 0; i < 5; i++) {
          a[from + i] = row[i] ^ (~row[(i + 1) % 5] & row[(i + 2) % 5]);
        }
      }
      // iota: its constants come from a shift register of eight bits
      for (int j = 0; j < 7; j++) {
        if ((register & 1) != 0) {
          a[0] ^= 1L << ((1 << j) - 1);
        }
        register = register << 1 ^ ((register >> 7) * 0x171);
      }
    }
  }
}
