package dev.pale.crypto.age;

import dev.pale.crypto.CryptoException;
import dev.pale.crypto.Hkdf;
import dev.pale.crypto.Keys;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * An {@code ssh-ed25519} key as recipient: the signing key is mapped to Curve25519, and the shared
 * secret is multiplied once more by a scalar made from the ssh key, so that it belongs to that key
 * alone.
 */
final class SshEd25519Recipient extends AgeRecipient {
  static final String TYPE = "ssh-ed25519";
  static final byte[] INFO =
      "age-encryption.org/v1/ssh-ed25519".getBytes(StandardCharsets.US_ASCII);

  private static final BigInteger P =
      BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));

  /** The constant d of the curve, -121665/121666 (RFC 8032, 5.1). */
  private static final BigInteger D =
      BigInteger.valueOf(-121665).multiply(BigInteger.valueOf(121666).modInverse(P)).mod(P);

  private final byte[] wire;
  private final byte[] point;

  SshEd25519Recipient(byte[] wire, byte[] edwards) {
    this.wire = wire;
    this.point = montgomery(edwards);
  }

  /** The public key in the ssh format. */
  byte[] wire() {
    return wire;
  }

  /** The public key on Curve25519. */
  byte[] point() {
    return point;
  }

  @Override
  public String text() {
    return TYPE + " " + Base64.getEncoder().encodeToString(wire);
  }

  @Override
  Stanza wrap(byte[] fileKey) {
    byte[] ephemeral = Keys.random(X25519.BYTES);
    byte[] share = X25519.publicKey(ephemeral);
    byte[] wrapping =
        wrappingKey(ephemeral, point, share)
            .orElseThrow(() ->
                new CryptoException(
                    CryptoException.Kind.FORMAT, "an ssh key is not a safe public key"));
    try {
      return new Stanza(
          TYPE, List.of(SshWire.tag(wire), Encoding.encode(share)), ChaCha.wrap(wrapping, fileKey));
    } finally {
      Keys.wipe(ephemeral);
      Keys.wipe(wrapping);
    }
  }

  /** The same for both sides; empty when a point is of small order. */
  Optional<byte[]> wrappingKey(byte[] scalar, byte[] other, byte[] share) {
    byte[] tweak = Hkdf.derive(new byte[0], wire, INFO, 32);
    return X25519
        .multiply(scalar, other)
        .flatMap(shared -> X25519.multiply(tweak, shared))
        .map(shared -> {
          byte[] salt = new byte[2 * X25519.BYTES];
          System.arraycopy(share, 0, salt, 0, X25519.BYTES);
          System.arraycopy(point, 0, salt, X25519.BYTES, X25519.BYTES);
          return Hkdf.derive(shared, salt, INFO, 32);
        });
  }

  /** u = (1 + y) / (1 - y), the birational map of RFC 7748, 4.1, for a y that is on the curve. */
  private static byte[] montgomery(byte[] edwards) {
    if (edwards.length != X25519.BYTES) {
      throw SshWire.damaged();
    }
    byte[] bigEndian = X25519.reversed(edwards);
    bigEndian[0] &= 0x7f; // the sign of x
    BigInteger y = new BigInteger(1, bigEndian);
    BigInteger one = BigInteger.ONE;
    BigInteger square = y.multiply(y).mod(P);
    BigInteger denominator = D.multiply(square).add(one).mod(P);
    if (y.compareTo(P) >= 0 || y.equals(one) || denominator.signum() == 0) {
      throw SshWire.damaged();
    }
    BigInteger xSquare = square.subtract(one).multiply(denominator.modInverse(P)).mod(P);
    BigInteger euler = xSquare.modPow(P.subtract(one).shiftRight(1), P);
    if (xSquare.signum() != 0 && !euler.equals(one)) {
      throw SshWire.damaged();
    }
    BigInteger u = one.add(y).multiply(one.subtract(y).modInverse(P)).mod(P);
    byte[] out = new byte[X25519.BYTES];
    for (int i = 0; i < out.length; i++) {
      out[i] = u.shiftRight(8 * i).byteValue();
    }
    return out;
  }
}
