package dev.pale.crypto.age;

import dev.pale.crypto.CryptoException;
import dev.pale.crypto.Keys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.DecapsulateException;
import javax.crypto.KEM;

/**
 * X-Wing (draft-connolly-cfrg-xwing-kem): ML-KEM-768 (FIPS 203) and X25519 together, so that the
 * shared secret stays secret as long as one of the two holds.
 */
final class XWing {
  static final int SEED_BYTES = 32;
  static final int PUBLIC_BYTES = 1184 + X25519.BYTES;
  static final int CIPHERTEXT_BYTES = 1088 + X25519.BYTES;

  private static final int MLKEM_PUBLIC_BYTES = 1184;
  private static final int MLKEM_CIPHERTEXT_BYTES = 1088;
  private static final byte[] LABEL = "\\.//^\\".getBytes(StandardCharsets.US_ASCII);

  /** SubjectPublicKeyInfo of ML-KEM-768 up to the key itself (RFC 9935). */
  private static final byte[] SPKI_START = {
    0x30,
    (byte) 0x82,
    4,
    (byte) 0xb2,
    0x30,
    11,
    6,
    9,
    0x60,
    (byte) 0x86,
    0x48,
    1,
    0x65,
    3,
    4,
    4,
    2,
    3,
    (byte) 0x82,
    4,
    (byte) 0xa1,
    0
  };

  private XWing() {}

  /** What encapsulating gives: the secret for us, the ciphertext for the other side. */
  static final class Encapsulated {
    private final byte[] secret;
    private final byte[] ciphertext;

    private Encapsulated(byte[] secret, byte[] ciphertext) {
      this.secret = secret;
      this.ciphertext = ciphertext;
    }

    byte[] secret() {
      return secret;
    }

    byte[] ciphertext() {
      return ciphertext;
    }
  }

  /** The keys that belong to a seed. */
  static final class Pair {
    private final KeyPair mlkem;
    private final byte[] scalar;
    private final byte[] publicKey;

    Pair(byte[] seed) {
      byte[] expanded = Shake256.of(seed, 64 + X25519.BYTES);
      scalar = Arrays.copyOfRange(expanded, 64, expanded.length);
      try {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("ML-KEM");
        generator.initialize(NamedParameterSpec.ML_KEM_768, new Fixed(Arrays.copyOf(expanded, 64)));
        mlkem = generator.generateKeyPair();
      } catch (GeneralSecurityException e) {
        throw unavailable(e);
      } finally {
        Keys.wipe(expanded);
      }
      byte[] encoded = mlkem.getPublic().getEncoded();
      if (encoded.length != SPKI_START.length + MLKEM_PUBLIC_BYTES) {
        throw unavailable(new GeneralSecurityException("unexpected encoding"));
      }
      publicKey =
          joined(
              Arrays.copyOfRange(encoded, SPKI_START.length, encoded.length),
              X25519.publicKey(scalar));
    }

    byte[] publicKey() {
      return publicKey;
    }

    /** Empty when the point in the ciphertext is of small order. */
    Optional<byte[]> decapsulate(byte[] ciphertext) {
      byte[] point = Arrays.copyOfRange(ciphertext, MLKEM_CIPHERTEXT_BYTES, CIPHERTEXT_BYTES);
      byte[] first;
      try {
        first =
            KEM.getInstance("ML-KEM")
                .newDecapsulator(mlkem.getPrivate())
                .decapsulate(Arrays.copyOf(ciphertext, MLKEM_CIPHERTEXT_BYTES))
                .getEncoded();
      } catch (DecapsulateException e) {
        return Optional.empty();
      } catch (GeneralSecurityException e) {
        throw unavailable(e);
      }
      return X25519
          .multiply(scalar, point)
          .map(second -> combined(first, second, point, publicKey));
    }

    void wipe() {
      Keys.wipe(scalar);
    }
  }

  /** Empty when the public key is not a safe one. */
  static Optional<Encapsulated> encapsulate(byte[] publicKey) {
    byte[] theirs = Arrays.copyOfRange(publicKey, MLKEM_PUBLIC_BYTES, PUBLIC_BYTES);
    byte[] ephemeral = Keys.random(X25519.BYTES);
    byte[] point = X25519.publicKey(ephemeral);
    Optional<byte[]> second = X25519.multiply(ephemeral, theirs);
    Keys.wipe(ephemeral);
    if (second.isEmpty()) {
      return Optional.empty();
    }
    try {
      PublicKey key =
          KeyFactory.getInstance("ML-KEM")
              .generatePublic(
                  new X509EncodedKeySpec(
                      joined(SPKI_START, Arrays.copyOf(publicKey, MLKEM_PUBLIC_BYTES))));
      KEM.Encapsulated first = KEM.getInstance("ML-KEM").newEncapsulator(key).encapsulate();
      return Optional.of(
          new Encapsulated(
              combined(first.key().getEncoded(), second.get(), point, publicKey),
              joined(first.encapsulation(), point)));
    } catch (java.security.InvalidKeyException | java.security.spec.InvalidKeySpecException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw unavailable(e);
    }
  }

  private static byte[] combined(byte[] first, byte[] second, byte[] point, byte[] publicKey) {
    byte[] theirs = Arrays.copyOfRange(publicKey, MLKEM_PUBLIC_BYTES, PUBLIC_BYTES);
    return SshWire.hash("SHA3-256", joined(first, second, point, theirs, LABEL));
  }

  static byte[] joined(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] out = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, out, at, part.length);
      at += part.length;
    }
    return out;
  }

  /**
   * Gives the generator the seeds d and z of FIPS 203 in the order in which it asks for them; the
   * JDK has no other way in. A known answer in the tests notices if that order ever changes.
   */
  private static final class Fixed extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final transient byte[] bytes;
    private int at;

    Fixed(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void nextBytes(byte[] out) {
      if (out.length > bytes.length - at) {
        throw new IllegalStateException("more randomness asked for than a seed has");
      }
      System.arraycopy(bytes, at, out, 0, out.length);
      Arrays.fill(bytes, at, at + out.length, (byte) 0);
      at += out.length;
    }
  }

  private static CryptoException unavailable(GeneralSecurityException e) {
    return new CryptoException(
        CryptoException.Kind.UNAVAILABLE, "ML-KEM does not work in this Java runtime", e);
  }
}
