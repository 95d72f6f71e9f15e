package dev.pale.crypto.box;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The stream cipher Salsa20/20 and its HSalsa20 (D. J. Bernstein, "Extending the Salsa20 nonce").
 * Not thread-safe.
 */
final class Salsa20 {
  static final int BLOCK_BYTES = 64;

  /** "expand 32-byte k" in four little-endian words. */
  private static final int[] SIGMA = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

  private final int[] start;

  /**
   * A stream.
   *
   * @param key 32 bytes
   * @param nonce 8 bytes
   */
  Salsa20(byte[] key, byte[] nonce) {
    start = state(key, Arrays.copyOf(nonce, 16));
  }

  /**
   * A key from a key and 16 bytes: without the secret nobody tells it from a random one.
   *
   * @param key 32 bytes
   */
  static byte[] hsalsa20(byte[] key, byte[] input) {
    int[] x = state(key, input);
    rounds(x);
    ByteBuffer out = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    for (int word : new int[] {x[0], x[5], x[10], x[15], x[6], x[7], x[8], x[9]}) {
      out.putInt(word);
    }
    return out.array();
  }

  /** One block of the stream. */
  void block(long number, byte[] out) {
    int[] from = start.clone();
    from[8] = (int) number;
    from[9] = (int) (number >>> 32);
    int[] x = from.clone();
    rounds(x);
    ByteBuffer buffer = ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 16; i++) {
      buffer.putInt(x[i] + from[i]);
    }
  }

  /**
   * Writes a text, joined with the stream, into {@code out}.
   *
   * @param skip how many bytes of the stream go before
   */
  void xor(int skip, byte[] text, byte[] out, int at) {
    byte[] stream = new byte[BLOCK_BYTES];
    for (int i = 0; i < text.length; i++) {
      int place = (skip + i) % BLOCK_BYTES;
      if (i == 0 || place == 0) {
        block(((long) skip + i) / BLOCK_BYTES, stream);
      }
      out[at + i] = (byte) (text[i] ^ stream[place]);
    }
    Arrays.fill(stream, (byte) 0);
  }

  private static int[] state(byte[] key, byte[] input) {
    int[] k = words(key, 8);
    int[] n = words(input, 4);
    return new int[] {
      SIGMA[0], k[0], k[1], k[2],
      k[3], SIGMA[1], n[0], n[1],
      n[2], n[3], SIGMA[2], k[4],
      k[5], k[6], k[7], SIGMA[3]
    };
  }

  private static int[] words(byte[] bytes, int count) {
    int[] words = new int[count];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
    return words;
  }

  private static void rounds(int[] x) {
    for (int i = 0; i < 10; i++) {
      quarter(x, 0, 4, 8, 12);
      quarter(x, 5, 9, 13, 1);
      quarter(x, 10, 14, 2, 6);
      quarter(x, 15, 3, 7, 11);
      quarter(x, 0, 1, 2, 3);
      quarter(x, 5, 6, 7, 4);
      quarter(x, 10, 11, 8, 9);
      quarter(x, 15, 12, 13, 14);
    }
  }

  private static void quarter(int[] x, int a, int b, int c, int d) {
    x[b] ^= Integer.rotateLeft(x[a] + x[d], 7);
    x[c] ^= Integer.rotateLeft(x[b] + x[a], 9);
    x[d] ^= Integer.rotateLeft(x[c] + x[b], 13);
    x[a] ^= Integer.rotateLeft(x[d] + x[c], 18);
  }
}
