package dev.pale.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Opens many values that {@link Envelope#seal} sealed, with one cipher object.
 *
 * <h2>Security guarantees</h2>
 *
 * <p>As {@link Envelope#open}. A value that failed leaves nothing behind that would weaken the next
 * one.
 *
 * <p>Not thread-safe: one thread, one opener.
 */
public final class EnvelopeOpener {
  private final Gcm cipher;

  /** An opener with its own cipher object. */
  public EnvelopeOpener() {
    cipher = Gcm.create();
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
  public byte[] open(byte[] key, AssociatedData aad, byte[] sealed) {
    Envelope.checkKey(key);
    if (sealed.length < Envelope.OVERHEAD_BYTES) {
      throw new AuthenticationException("a sealed value is too short");
    }
    try {
      return cipher.crypt(
          Cipher.DECRYPT_MODE,
          new RawKey(key, "AES"),
          new GCMParameterSpec(Envelope.TAG_BITS, sealed, 0, Envelope.NONCE_BYTES),
          aad.shared(),
          sealed,
          Envelope.NONCE_BYTES,
          sealed.length - Envelope.NONCE_BYTES);
    } catch (AEADBadTagException e) {
      throw new AuthenticationException("a sealed value cannot be authenticated");
    } catch (GeneralSecurityException e) {
      throw new CryptoException(
          CryptoException.Kind.UNAVAILABLE, "AES-256-GCM does not work in this Java runtime", e);
    }
  }
}
