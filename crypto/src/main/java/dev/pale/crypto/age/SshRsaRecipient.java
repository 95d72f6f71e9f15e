package dev.pale.crypto.age;

import dev.pale.crypto.CryptoException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/** An {@code ssh-rsa} key as recipient: the file key under RSA-OAEP with SHA-256. */
final class SshRsaRecipient extends AgeRecipient {
  static final String TYPE = "ssh-rsa";

  /** Below, RSA is broken or soon will be; above, one operation takes a hostile time. */
  private static final int MIN_BITS = 2048;

  private static final int MAX_BITS = 16384;

  private static final byte[] LABEL =
      "age-encryption.org/v1/ssh-rsa".getBytes(StandardCharsets.US_ASCII);

  private final byte[] wire;
  private final BigInteger modulus;
  private final BigInteger exponent;

  SshRsaRecipient(byte[] wire, BigInteger modulus, BigInteger exponent) {
    if (modulus.bitLength() < MIN_BITS || modulus.bitLength() > MAX_BITS) {
      throw new CryptoException(
          CryptoException.Kind.UNSUPPORTED, "an ssh-rsa key does not have 2048 to 16384 bits");
    }
    if (exponent.bitLength() < 2 || exponent.bitLength() > 64 || !exponent.testBit(0)) {
      throw SshWire.damaged();
    }
    this.wire = wire;
    this.modulus = modulus;
    this.exponent = exponent;
  }

  byte[] wire() {
    return wire;
  }

  BigInteger modulus() {
    return modulus;
  }

  BigInteger exponent() {
    return exponent;
  }

  @Override
  public String text() {
    return TYPE + " " + Base64.getEncoder().encodeToString(wire);
  }

  @Override
  Stanza wrap(byte[] fileKey) {
    try {
      Key key =
          KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
      return new Stanza(
          TYPE, List.of(SshWire.tag(wire)), cipher(Cipher.ENCRYPT_MODE, key).doFinal(fileKey));
    } catch (GeneralSecurityException e) {
      throw new CryptoException(
          CryptoException.Kind.UNAVAILABLE, "an ssh-rsa key cannot be used for encryption", e);
    }
  }

  static Cipher cipher(int mode, Key key) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(
        mode,
        key,
        new OAEPParameterSpec(
            "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, new PSource.PSpecified(LABEL)));
    return cipher;
  }
}
