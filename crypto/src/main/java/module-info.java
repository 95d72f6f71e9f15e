/**
 * Envelope encryption, age, and the unlocking of keys. Depends on the JDK alone, but for Argon2id.
 */
@org.jspecify.annotations.NullMarked
module dev.pale.crypto {
  requires static org.jspecify;

  exports dev.pale.crypto;
}
