package dev.pale.crypto.age;

import dev.pale.crypto.CryptoException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;

/** Reads the binary form that OpenSSH gives to keys (RFC 4251, section 5). */
final class SshWire {
  private static final int TAG_BYTES = 4;

  private final byte[] bytes;
  private int at;

  SshWire(byte[] bytes) {
    this.bytes = bytes;
  }

  int uint32() {
    if (bytes.length - at < 4) {
      throw damaged();
    }
    int value =
        (bytes[at] & 255) << 24
            | (bytes[at + 1] & 255) << 16
            | (bytes[at + 2] & 255) << 8
            | (bytes[at + 3] & 255);
    at += 4;
    return value;
  }

  byte[] string() {
    int length = uint32();
    if (length < 0 || length > bytes.length - at) {
      throw damaged();
    }
    byte[] value = Arrays.copyOfRange(bytes, at, at + length);
    at += length;
    return value;
  }

  String text() {
    return new String(string(), StandardCharsets.ISO_8859_1);
  }

  BigInteger mpint() {
    byte[] value = string();
    if (value.length == 0 || value[0] < 0) {
      throw damaged();
    }
    return new BigInteger(1, value);
  }

  /** The padding of a private key: 1, 2, 3 and so on to the end. */
  void padding() {
    for (int expected = 1; at < bytes.length; expected++) {
      if (bytes[at++] != expected) {
        throw damaged();
      }
    }
  }

  void end() {
    if (at != bytes.length) {
      throw damaged();
    }
  }

  static CryptoException damaged() {
    return new CryptoException(CryptoException.Kind.FORMAT, "not a valid ssh key");
  }

  /** How a stanza names its key: the first 4 bytes of the hash of the public key. */
  static String tag(byte[] publicKey) {
    return Encoding.encode(Arrays.copyOf(hash("SHA-256", publicKey), TAG_BYTES));
  }

  static byte[] hash(String algorithm, byte[] message) {
    try {
      return MessageDigest.getInstance(algorithm).digest(message);
    } catch (GeneralSecurityException e) {
      throw new CryptoException(
          CryptoException.Kind.UNAVAILABLE, algorithm + " does not work in this Java runtime", e);
    }
  }
}
