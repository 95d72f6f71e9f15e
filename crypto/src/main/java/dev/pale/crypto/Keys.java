package dev.pale.crypto;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Making, naming and forgetting keys.
 *
 * <h2>Security guarantees</h2>
 *
 * <ul>
 *   <li>Random bytes come from the operating system's generator.
 *   <li>A fingerprint tells keys apart and nothing else: it is the beginning of a MAC under the
 *       key, so a random key of 32 bytes cannot be found from it. It has 64 bits, enough to tell
 *       keys apart by eye, not enough to authenticate one.
 *   <li>Wiping is best effort: the garbage collector may have copied the array before.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class Keys {
  private Keys() {}

  /** The generator is made on first use: opening values needs none. */
  private static final class Generator {
    static final SecureRandom RANDOM = new SecureRandom();
  }

  /** So many random bytes, fit for keys, nonces and salts. */
  public static byte[] random(int byteCount) {
    byte[] bytes = new byte[byteCount];
    Generator.RANDOM.nextBytes(bytes);
    return bytes;
  }

  /**
   * The name of a key in messages: the first 8 bytes of HMAC-SHA-256 under the key over {@code pale
   * key fingerprint 1}, as 16 lower-case hex digits.
   */
  public static String fingerprint(byte[] key) {
    byte[] mac = Mac256.of(key, "pale key fingerprint 1".getBytes(StandardCharsets.US_ASCII));
    StringBuilder text = new StringBuilder(16);
    for (int i = 0; i < 8; i++) {
      text.append(Character.forDigit((mac[i] >> 4) & 15, 16));
      text.append(Character.forDigit(mac[i] & 15, 16));
    }
    return text.toString();
  }

  /** Whether two byte strings are equal, in a time that depends on the lengths only. */
  public static boolean equal(byte[] left, byte[] right) {
    return MessageDigest.isEqual(left, right);
  }

  /** Overwrites the array with zeros. */
  public static void wipe(byte[] secret) {
    Arrays.fill(secret, (byte) 0);
  }
}
