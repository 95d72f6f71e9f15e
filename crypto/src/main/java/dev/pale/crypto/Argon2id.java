package dev.pale.crypto;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * The one class that mentions BouncyCastle, so that nothing of it is loaded without a passphrase.
 * Only its lightweight interface is used; the provider is never registered.
 */
final class Argon2id {
  private Argon2id() {}

  static byte[] hash(
      byte[] password,
      byte[] salt,
      byte[] secret,
      byte[] additional,
      int memoryKib,
      int iterations,
      int parallelism,
      int length) {
    Argon2Parameters parameters =
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memoryKib)
            .withIterations(iterations)
            .withParallelism(parallelism)
            .withSalt(salt)
            .withSecret(secret)
            .withAdditional(additional)
            .build();
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(parameters);
    byte[] out = new byte[length];
    generator.generateBytes(password, out);
    return out;
  }
}
