package dev.pale.crypto.age;

import dev.pale.crypto.CryptoException;
import dev.pale.crypto.Keys;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** A passphrase as the one recipient of a file. */
final class ScryptRecipient extends AgeRecipient {
  static final String TYPE = "scrypt";
  static final int SALT_BYTES = 16;
  static final int DEFAULT_LOG_WORK = 18;
  static final int MAX_LOG_WORK = 20;

  private static final byte[] SALT_PREFIX =
      "age-encryption.org/v1/scrypt".getBytes(StandardCharsets.US_ASCII);

  private final byte[] passphrase;
  private final int logWork;

  ScryptRecipient(byte[] passphrase, int logWork) {
    if (passphrase.length == 0) {
      throw new IllegalArgumentException("the passphrase is empty");
    }
    if (logWork < 1 || logWork > MAX_LOG_WORK) {
      throw new IllegalArgumentException("the work factor is not between 1 and " + MAX_LOG_WORK);
    }
    this.passphrase = passphrase.clone();
    this.logWork = logWork;
  }

  @Override
  public String text() {
    return "(passphrase)";
  }

  /** Alone: whoever knows a passphrase could otherwise have written the file for the others. */
  @Override
  Set<String> labels() {
    return Set.of("scrypt");
  }

  @Override
  Stanza wrap(byte[] fileKey) {
    byte[] salt = Keys.random(SALT_BYTES);
    byte[] wrapping = wrappingKey(passphrase, salt, logWork);
    try {
      return new Stanza(
          TYPE,
          List.of(Encoding.encode(salt), Integer.toString(logWork)),
          ChaCha.wrap(wrapping, fileKey));
    } finally {
      Keys.wipe(wrapping);
    }
  }

  static byte[] wrappingKey(byte[] passphrase, byte[] salt, int logWork) {
    byte[] prefixed = new byte[SALT_PREFIX.length + salt.length];
    System.arraycopy(SALT_PREFIX, 0, prefixed, 0, SALT_PREFIX.length);
    System.arraycopy(salt, 0, prefixed, SALT_PREFIX.length, salt.length);
    try {
      return Scrypt.derive(passphrase, prefixed, logWork);
    } catch (OutOfMemoryError e) {
      throw new CryptoException(
          CryptoException.Kind.UNAVAILABLE,
          "not enough memory for the passphrase: it takes " + (1 << logWork) + " KiB",
          e);
    }
  }
}
