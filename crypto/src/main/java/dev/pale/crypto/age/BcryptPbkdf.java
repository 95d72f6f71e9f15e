package dev.pale.crypto.age;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The key derivation of encrypted OpenSSH keys: PBKDF2 in outline, with a hash made of the costly
 * key schedule of Blowfish (bcrypt_pbkdf of OpenBSD; Blowfish is Schneier's of 1993).
 */
final class BcryptPbkdf {
  private static final int HASH_BYTES = 32;
  private static final byte[] START =
      "OxychromaticBlowfishSwatDynamite".getBytes(StandardCharsets.US_ASCII);

  private static final int ROUNDS = 16;
  private static final int BOX_INTS = 256;

  private final int[] subkeys = new int[ROUNDS + 2];
  private final int[] boxes = new int[4 * BOX_INTS];

  /** Blowfish starts from the fraction of pi; computing it is shorter than listing it. */
  private static final class Pi {
    static final int[] DIGITS = digits((ROUNDS + 2) + 4 * BOX_INTS);

    /** Machin: pi = 16 arctan(1/5) - 4 arctan(1/239), with some bits to spare. */
    private static int[] digits(int count) {
      int bits = 32 * count + 64;
      BigInteger pi =
          arctan(5, bits).shiftLeft(4).subtract(arctan(239, bits).shiftLeft(2)).shiftRight(64);
      int[] digits = new int[count];
      for (int i = 0; i < count; i++) {
        digits[i] = pi.shiftRight(32 * (count - 1 - i)).intValue();
      }
      return digits;
    }

    private static BigInteger arctan(int inverse, int bits) {
      BigInteger square = BigInteger.valueOf((long) inverse * inverse);
      BigInteger power = BigInteger.ONE.shiftLeft(bits).divide(BigInteger.valueOf(inverse));
      BigInteger sum = power;
      for (int n = 3; power.signum() != 0; n += 2) {
        power = power.divide(square).negate();
        sum = sum.add(power.divide(BigInteger.valueOf(n)));
      }
      return sum;
    }
  }

  private BcryptPbkdf() {
    System.arraycopy(Pi.DIGITS, 0, subkeys, 0, subkeys.length);
    System.arraycopy(Pi.DIGITS, subkeys.length, boxes, 0, boxes.length);
  }

  static byte[] derive(byte[] passphrase, byte[] salt, int rounds, int length) {
    byte[] key = new byte[length];
    int blocks = (length + HASH_BYTES - 1) / HASH_BYTES;
    byte[] hashedPassphrase = SshWire.hash("SHA-512", passphrase);
    byte[] counted = Arrays.copyOf(salt, salt.length + 4);
    for (int block = 1; block <= blocks; block++) {
      counted[salt.length + 3] = (byte) block;
      byte[] part = hash(hashedPassphrase, SshWire.hash("SHA-512", counted));
      byte[] sum = part.clone();
      for (int round = 1; round < rounds; round++) {
        part = hash(hashedPassphrase, SshWire.hash("SHA-512", part));
        for (int i = 0; i < HASH_BYTES; i++) {
          sum[i] ^= part[i];
        }
      }
      // Unlike PBKDF2, the blocks are interleaved byte by byte.
      for (int i = 0, to = block - 1; i < HASH_BYTES && to < length; i++, to += blocks) {
        key[to] = sum[i];
      }
      Arrays.fill(sum, (byte) 0);
    }
    Arrays.fill(hashedPassphrase, (byte) 0);
    return key;
  }

  private static byte[] hash(byte[] passphrase, byte[] salt) {
    BcryptPbkdf state = new BcryptPbkdf();
    int[] key = words(passphrase);
    int[] saltWords = words(salt);
    int[] none = new int[saltWords.length];
    state.expand(key, saltWords);
    for (int i = 0; i < 64; i++) {
      state.expand(saltWords, none);
      state.expand(key, none);
    }
    int[] data = words(START);
    for (int at = 0; at < data.length; at += 2) {
      for (int i = 0; i < 64; i++) {
        state.encrypt(data, at);
      }
    }
    byte[] out = new byte[HASH_BYTES];
    for (int i = 0; i < out.length; i++) {
      out[i] = (byte) (data[i / 4] >>> (8 * (i % 4)));
    }
    return out;
  }

  /** The key schedule, with a salt mixed in; a salt of zeros is the plain key schedule. */
  private void expand(int[] key, int[] salt) {
    for (int i = 0; i < subkeys.length; i++) {
      subkeys[i] ^= key[i % key.length];
    }
    int[] block = new int[2];
    int at = 0;
    for (int[] table : new int[][] {subkeys, boxes}) {
      for (int i = 0; i < table.length; i += 2) {
        block[0] ^= salt[at++ % salt.length];
        block[1] ^= salt[at++ % salt.length];
        encrypt(block, 0);
        table[i] = block[0];
        table[i + 1] = block[1];
      }
    }
  }

  private void encrypt(int[] data, int at) {
    int left = data[at] ^ subkeys[0];
    int right = data[at + 1];
    for (int i = 1; i < ROUNDS; i += 2) {
      right ^= mix(left) ^ subkeys[i];
      left ^= mix(right) ^ subkeys[i + 1];
    }
    data[at] = right ^ subkeys[ROUNDS + 1];
    data[at + 1] = left;
  }

  private int mix(int x) {
    return ((boxes[x >>> 24] + boxes[BOX_INTS + (x >>> 16 & 255)])
            ^ boxes[2 * BOX_INTS + (x >>> 8 & 255)])
        + boxes[3 * BOX_INTS + (x & 255)];
  }

  private static int[] words(byte[] bytes) {
    int[] words = new int[bytes.length / 4];
    for (int i = 0; i < bytes.length; i++) {
      words[i / 4] = words[i / 4] << 8 | (bytes[i] & 255);
    }
    return words;
  }
}
