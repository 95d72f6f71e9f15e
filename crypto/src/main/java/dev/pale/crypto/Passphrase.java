package dev.pale.crypto;

/**
 * Turns a passphrase into a key with Argon2id, version 1.3 (RFC 9106).
 *
 * <h2>Security guarantees</h2>
 *
 * <p>Each guess costs an attacker the memory and the passes of the parameters; the salt makes the
 * work for one vault useless for another. A weak passphrase stays weak: the cost multiplies the
 * price of a guess, it does not replace length.
 *
 * <p>Thread-safe. Each call takes the memory that the parameters say, for its duration.
 */
public final class Passphrase {
  private Passphrase() {}

  /**
   * The key of 32 bytes that belongs to a passphrase.
   *
   * @param passphrase the bytes as typed, in UTF-8; not changed, the caller wipes it; not empty
   * @return a new array that belongs to the caller
   * @throws CryptoException {@link CryptoException.Kind#UNAVAILABLE} when the memory cannot be had
   *     or the library is missing
   */
  public static byte[] derive(byte[] passphrase, PassphraseParameters parameters) {
    if (passphrase.length == 0) {
      throw new IllegalArgumentException("the passphrase is empty");
    }
    try {
      return Argon2id.hash(
          passphrase,
          parameters.salt(),
          new byte[0],
          new byte[0],
          parameters.memoryKib(),
          parameters.iterations(),
          parameters.parallelism(),
          Envelope.KEY_BYTES);
    } catch (OutOfMemoryError e) {
      throw new CryptoException(
          CryptoException.Kind.UNAVAILABLE,
          "not enough memory for the passphrase: it takes " + parameters.memoryKib() + " KiB",
          e);
    } catch (NoClassDefFoundError e) {
      throw new CryptoException(
          CryptoException.Kind.UNAVAILABLE, "the library for Argon2id is not installed", e);
    }
  }
}
