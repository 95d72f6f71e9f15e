package dev.pale.crypto.age;

import dev.pale.crypto.CryptoException;
import java.math.BigInteger;
import java.util.Base64;

/** Reads a line of {@code id_*.pub} or the public part of a private key. */
final class SshPublicKey {
  private SshPublicKey() {}

  static AgeRecipient parse(String line) {
    String[] words = line.strip().split("[ \t]+", 3);
    byte[] wire;
    try {
      wire = Base64.getDecoder().decode(words.length < 2 ? "" : words[1]);
    } catch (IllegalArgumentException e) {
      throw SshWire.damaged();
    }
    AgeRecipient recipient = of(wire, words[0]);
    return recipient;
  }

  /** The recipient of a public key, which must be of the type named. */
  static AgeRecipient of(byte[] wire, String type) {
    SshWire in = new SshWire(wire);
    if (!type.equals(SshEd25519Recipient.TYPE) && !type.equals(SshRsaRecipient.TYPE)) {
      throw new CryptoException(
          CryptoException.Kind.UNSUPPORTED,
          "of the ssh keys only ssh-ed25519 and ssh-rsa can encrypt");
    }
    if (!in.text().equals(type)) {
      throw SshWire.damaged();
    }
    if (type.equals(SshEd25519Recipient.TYPE)) {
      byte[] point = in.string();
      in.end();
      return new SshEd25519Recipient(wire, point);
    }
    BigInteger exponent = in.mpint();
    BigInteger modulus = in.mpint();
    in.end();
    return new SshRsaRecipient(wire, modulus, exponent);
  }
}
