package dev.pale.crypto.age;

import dev.pale.crypto.CryptoException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.KeyAgreement;

/** Scalar multiplication on Curve25519 (RFC 7748), on 32-byte strings. */
final class X25519 {
  static final int BYTES = 32;
  private static final byte[] BASE = base();

  private X25519() {}

  /** The public key of a scalar. */
  static byte[] publicKey(byte[] scalar) {
    return multiply(scalar, BASE)
        .orElseThrow(() ->
            new CryptoException(CryptoException.Kind.UNAVAILABLE, "X25519 gives no public key"));
  }

  /**
   * The shared secret; empty for a point of small order, whose shared secret would be zero whatever
   * the scalar.
   */
  static Optional<byte[]> multiply(byte[] scalar, byte[] point) {
    byte[] bigEndian = reversed(point);
    bigEndian[0] &= 0x7f; // RFC 7748, 5: the top bit of a coordinate is ignored
    try {
      KeyFactory keys = KeyFactory.getInstance("X25519");
      KeyAgreement agreement = KeyAgreement.getInstance("X25519");
      agreement.init(
          keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, scalar.clone())));
      try {
        agreement.doPhase(
            keys.generatePublic(
                new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, bigEndian))),
            true);
      } catch (InvalidKeyException e) {
        return Optional.empty();
      }
      byte[] shared = agreement.generateSecret();
      // The JDK refuses such points itself; the format demands the check, so it is made here too.
      int seen = 0;
      for (byte b : shared) {
        seen |= b;
      }
      return seen == 0 ? Optional.empty() : Optional.of(shared);
    } catch (GeneralSecurityException e) {
      throw new CryptoException(
          CryptoException.Kind.UNAVAILABLE, "X25519 does not work in this Java runtime", e);
    }
  }

  static byte[] reversed(byte[] bytes) {
    byte[] out = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      out[i] = bytes[bytes.length - 1 - i];
    }
    return out;
  }

  private static byte[] base() {
    byte[] nine = new byte[BYTES];
    Arrays.fill(nine, (byte) 0);
    nine[0] = 9;
    return nine;
  }
}
