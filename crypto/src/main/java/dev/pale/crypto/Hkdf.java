package dev.pale.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Derives keys from key material: HKDF with SHA-256 (RFC 5869).
 *
 * <h2>Security guarantees</h2>
 *
 * <p>Keys derived under different {@code info} are independent: knowing one tells nothing of
 * another nor of the material. The material must already be hard to guess; for a passphrase use
 * {@link Passphrase}.
 *
 * <p>Thread-safe.
 */
public final class Hkdf {
  private Hkdf() {}

  /**
   * Extract, then expand.
   *
   * @param material the input key material; not changed
   * @param salt not secret; empty when there is none
   * @param info what the derived key is for
   * @param length 1 to 8160 bytes
   * @return a new array that belongs to the caller
   */
  public static byte[] derive(byte[] material, byte[] salt, byte[] info, int length) {
    byte[] extracted = extract(material, salt);
    try {
      return expand(extracted, info, length);
    } finally {
      Keys.wipe(extracted);
    }
  }

  /** As {@link #derive(byte[], byte[], byte[], int)}, without salt, for 32 bytes. */
  public static byte[] derive(byte[] material, String info) {
    return derive(material, new byte[0], info.getBytes(StandardCharsets.UTF_8), 32);
  }

  /**
   * The first step alone (RFC 5869, 2.2), for formats that prescribe it.
   *
   * @param salt empty when there is none
   * @return 32 bytes, a key
   */
  public static byte[] extract(byte[] material, byte[] salt) {
    return Mac256.of(salt.length == 0 ? new byte[Mac256.BYTES] : salt, material);
  }

  /**
   * The second step alone (RFC 5869, 2.3), for formats that prescribe it.
   *
   * @param extracted what {@link #extract} gave
   * @param length 1 to 8160 bytes
   */
  public static byte[] expand(byte[] extracted, byte[] info, int length) {
    if (length < 1 || length > 255 * Mac256.BYTES) {
      throw new IllegalArgumentException("HKDF gives 1 to 8160 bytes");
    }
    Mac256 mac = new Mac256(extracted);
    byte[] out = new byte[length];
    byte[] block = new byte[0];
    for (int at = 0, counter = 1; at < length; at += Mac256.BYTES, counter++) {
      byte[] next = mac.update(block).update(info).update(new byte[] {(byte) counter}).finish();
      Arrays.fill(block, (byte) 0);
      block = next;
      System.arraycopy(block, 0, out, at, Math.min(block.length, length - at));
    }
    Arrays.fill(block, (byte) 0);
    return out;
  }
}
