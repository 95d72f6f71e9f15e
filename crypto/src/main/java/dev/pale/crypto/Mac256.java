package dev.pale.crypto;

import java.util.Arrays;

/**
 * HMAC-SHA-256 (RFC 2104, FIPS 198-1).
 *
 * <h2>Security guarantees</h2>
 *
 * <p>Without the key nobody makes the MAC of a message. The parts of a message are simply joined:
 * where borders between fields matter, give {@link AssociatedData#encoded()}. {@link #verify} takes
 * the same time for any wrong MAC.
 *
 * <p>An instance is not thread-safe; the static methods are.
 */
public final class Mac256 {
  /** Length of a MAC. */
  public static final int BYTES = 32;

  private static final int BLOCK_BYTES = 64;

  private final Sha256 hash = Sha256.create();
  private final byte[] inner;
  private final byte[] outer;

  /**
   * A MAC under a key, to be fed piece by piece and used again after each {@link #finish()}.
   *
   * @param key any length but 0; not changed; what is derived from it lives as long as this object
   */
  public Mac256(byte[] key) {
    if (key.length == 0) {
      throw new IllegalArgumentException("a MAC key is empty");
    }
    byte[] block = new byte[BLOCK_BYTES];
    if (key.length > BLOCK_BYTES) {
      hash.update(key, 0, key.length);
      System.arraycopy(hash.digest(), 0, block, 0, BYTES);
    } else {
      System.arraycopy(key, 0, block, 0, key.length);
    }
    inner = padded(block, 0x36);
    outer = padded(block, 0x5c);
    Arrays.fill(block, (byte) 0);
    hash.update(inner, 0, BLOCK_BYTES);
  }

  /** RFC 2104, 2: the key, filled up to a block, against a repeated byte. */
  private static byte[] padded(byte[] block, int pad) {
    byte[] result = new byte[BLOCK_BYTES];
    for (int i = 0; i < BLOCK_BYTES; i++) {
      result[i] = (byte) (block[i] ^ pad);
    }
    return result;
  }

  /** The MAC of one message. */
  public static byte[] of(byte[] key, byte[] message) {
    return new Mac256(key).update(message).finish();
  }

  /** Whether the MAC belongs to the message. */
  public static boolean verify(byte[] key, byte[] message, byte[] expected) {
    return Keys.equal(of(key, message), expected);
  }

  /** Adds a piece of the message. */
  public Mac256 update(byte[] piece) {
    hash.update(piece, 0, piece.length);
    return this;
  }

  /** Adds a part of an array to the message. */
  public Mac256 update(byte[] piece, int offset, int length) {
    hash.update(piece, offset, length);
    return this;
  }

  /** The MAC, 32 bytes; the object is then ready for the next message under the same key. */
  public byte[] finish() {
    byte[] first = hash.digest();
    hash.update(outer, 0, BLOCK_BYTES);
    hash.update(first, 0, BYTES);
    byte[] mac = hash.digest();
    hash.update(inner, 0, BLOCK_BYTES);
    return mac;
  }
}
