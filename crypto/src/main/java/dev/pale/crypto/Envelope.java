package dev.pale.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Seals a value under a key with AES-256-GCM (NIST SP 800-38D). Sealed is nonce (12 bytes, random),
 * ciphertext (as long as the plaintext), tag (16 bytes).
 *
 * <h2>Security guarantees</h2>
 *
 * <ul>
 *   <li>Without the key nothing but the length of the plaintext is learned.
 *   <li>A change of any bit of the sealed bytes or of the associated data, or another key, is
 *       refused; no byte of plaintext is given out before the whole was authenticated.
 *   <li>Nonces are random, so one key may seal at most 2^32 values (SP 800-38D, 8.3). Keys that
 *       seal one value each, as the vault's data keys do, are far from it.
 *   <li>Not guaranteed: commitment. Somebody who knows two keys can build bytes that open under
 *       both; do not let the success of opening stand for knowledge of which key was used.
 * </ul>
 *
 * <p>Thread-safe. For many values in a row, {@link EnvelopeOpener} is cheaper.
 */
public final class Envelope {
  /** Length of a key. */
  public static final int KEY_BYTES = 32;

  /** How much longer sealed is than plaintext. */
  public static final int OVERHEAD_BYTES = 28;

  static final int NONCE_BYTES = 12;
  static final int TAG_BITS = 128;

  private Envelope() {}

  /**
   * Seals a value under a fresh random nonce.
   *
   * @param key 32 bytes; neither kept nor changed
   * @param aad what the value is bound to
   * @param plaintext any bytes; not changed, the caller wipes it
   * @return nonce, ciphertext, tag
   */
  public static byte[] seal(byte[] key, AssociatedData aad, byte[] plaintext) {
    return seal(key, Keys.random(NONCE_BYTES), aad, plaintext);
  }

  /** With the nonce given, for known-answer tests. */
  static byte[] seal(byte[] key, byte[] nonce, AssociatedData aad, byte[] plaintext) {
    return sealRaw(key, nonce, aad.shared(), plaintext);
  }

  static byte[] sealRaw(byte[] key, byte[] nonce, byte[] aad, byte[] plaintext) {
    checkKey(key);
    byte[] sealed = new byte[Math.addExact(plaintext.length, OVERHEAD_BYTES)];
    System.arraycopy(nonce, 0, sealed, 0, NONCE_BYTES);
    try {
      byte[] encrypted =
          Gcm.create()
              .crypt(
                  Cipher.ENCRYPT_MODE,
                  new RawKey(key, "AES"),
                  new GCMParameterSpec(TAG_BITS, nonce),
                  aad,
                  plaintext,
                  0,
                  plaintext.length);
      System.arraycopy(encrypted, 0, sealed, NONCE_BYTES, encrypted.length);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw unavailable(e);
    }
  }

  /**
   * Opens a sealed value.
   *
   * @param key 32 bytes; neither kept nor changed
   * @param aad what the value was bound to
   * @param sealed nonce, ciphertext, tag
   * @return the plaintext, a new array that belongs to the caller
   * @throws AuthenticationException when key, aad or sealed is not what was sealed
   */
  public static byte[] open(byte[] key, AssociatedData aad, byte[] sealed) {
    return new EnvelopeOpener().open(key, aad, sealed);
  }

  static void checkKey(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("a key has 32 bytes, not " + key.length);
    }
  }

  private static CryptoException unavailable(GeneralSecurityException e) {
    return new CryptoException(
        CryptoException.Kind.UNAVAILABLE, "AES-256-GCM does not work in this Java runtime", e);
  }
}
