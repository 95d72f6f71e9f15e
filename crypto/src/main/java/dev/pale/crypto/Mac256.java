package dev.pale.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;

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

  private final Mac mac;

  /**
   * A MAC under a key, to be fed piece by piece and used again after each {@link #finish()}.
   *
   * @param key any length but 0; not kept by this object and not changed
   */
  public Mac256(byte[] key) {
    if (key.length == 0) {
      throw new IllegalArgumentException("a MAC key is empty");
    }
    try {
      mac = Mac.getInstance("HmacSHA256");
      mac.init(new RawKey(key, "HmacSHA256"));
    } catch (GeneralSecurityException e) {
      throw new CryptoException(
          CryptoException.Kind.UNAVAILABLE, "HMAC-SHA-256 does not work in this Java runtime", e);
    }
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
    mac.update(piece);
    return this;
  }

  /** Adds a part of an array to the message. */
  public Mac256 update(byte[] piece, int offset, int length) {
    mac.update(piece, offset, length);
    return this;
  }

  /** The MAC, 32 bytes; the object is then ready for the next message under the same key. */
  public byte[] finish() {
    return mac.doFinal();
  }
}
