package dev.pale.secrets;

import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one secret. It prints as {@code [secret NAME]}, compares in constant time and can be
 * wiped.
 *
 * <p>Wiping is best effort: the garbage collector may have copied the array. It does not protect
 * against a debugger or a memory dump of this process; the launcher closes those doors.
 *
 * <p>Not thread-safe with regard to {@link #close()}; otherwise immutable.
 */
public final class SecretValue implements AutoCloseable {
  private final String label;
  private byte @Nullable [] bytes;

  private SecretValue(String label, byte[] bytes) {
    this.label = label;
    this.bytes = bytes;
  }

  /**
   * Takes ownership of the array: the caller must not use it any more.
   *
   * @param label the name it is printed under; never part of the value
   * @param bytes the value, any bytes, any length
   */
  public static SecretValue owning(String label, byte[] bytes) {
    return new SecretValue(label, bytes);
  }

  /** Copies the array; the caller still owns (and should wipe) its own. */
  public static SecretValue copyOf(String label, byte[] bytes) {
    return new SecretValue(label, bytes.clone());
  }

  /**
   * The value's own array, not a copy: callers must not change it, keep it, or turn it into text
   * that outlives the call.
   *
   * @param why what the bytes are taken for; exists to be searched for
   * @throws IllegalStateException when the value was wiped
   */
  public byte[] bytes(Reveal why) {
    byte[] own = bytes;
    if (own == null || why == null) {
      throw new IllegalStateException("[secret " + label + "] was wiped");
    }
    return own;
  }

  /** How many bytes the value has. */
  public int length() {
    return bytes(Reveal.COMPARE).length;
  }

  /** The name under which it is printed. */
  public String label() {
    return label;
  }

  /** Wipes the bytes. Calling it twice is harmless. */
  @Override
  public void close() {
    byte[] own = bytes;
    if (own != null) {
      Arrays.fill(own, (byte) 0);
      bytes = null;
    }
  }

  /** Constant-time in the content for equal lengths. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SecretValue that
        && MessageDigest.isEqual(bytes(Reveal.COMPARE), that.bytes(Reveal.COMPARE));
  }

  /** The same for all values: a hash of the content would be an oracle. */
  @Override
  public int hashCode() {
    return 1;
  }

  @Override
  public String toString() {
    return "[secret " + label + "]";
  }
}
