/**
 * Envelope encryption, age, and the unlocking of keys. Depends on the JDK alone, but for Argon2id:
 * BouncyCastle is optional at run time, and only a passphrase asks for it.
 */
@org.jspecify.annotations.NullMarked
module dev.pale.crypto {
  requires static org.jspecify;
  requires static org.bouncycastle.provider;

  exports dev.pale.crypto;
  exports dev.pale.crypto.age;
  exports dev.pale.crypto.box;
  exports dev.pale.crypto.ecies;
  exports dev.pale.crypto.sigv4;
}
