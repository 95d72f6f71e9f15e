package dev.pale.crypto.box;

import dev.pale.crypto.CryptoException;
import dev.pale.crypto.Keys;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;

/**
 * An anonymous box: X25519 with a key made for this one message, then XSalsa20-Poly1305. The form
 * is libsodium's ({@code crypto_box_seal}): the ephemeral public key, the tag, the ciphertext. The
 * nonce is BLAKE2b-192 over both public keys, so it is not sent.
 *
 * <h2>Security guarantees</h2>
 *
 * <p>Only who has the private key opens it, and a changed box does not open. It says nothing of who
 * sealed it, and its length tells the length of the message. The same message sealed twice gives
 * boxes that have nothing in common.
 *
 * <p>Thread-safe: no state.
 */
public final class SealedBox {
  /** Length of a public key. */
  public static final int KEY_BYTES = 32;

  /** How much longer than its message a box is. */
  public static final int OVERHEAD_BYTES = KEY_BYTES + Poly1305.TAG_BYTES;

  private static final int NONCE_BYTES = 24;

  private SealedBox() {}

  /**
   * Seals a message.
   *
   * @param publicKey 32 bytes, the u-coordinate (RFC 7748)
   * @param message any length; not changed
   * @return a new array, {@value #OVERHEAD_BYTES} bytes longer than the message
   * @throws CryptoException FORMAT for what is no public key, or one of small order, to which
   *     anybody could open
   */
  public static byte[] seal(byte[] publicKey, byte[] message) {
    if (publicKey.length != KEY_BYTES) {
      throw notAKey();
    }
    KeyPair ephemeral = ephemeral();
    byte[] own = littleEndian(((XECPublicKey) ephemeral.getPublic()).getU());
    byte[] shared = agree(ephemeral, publicKey);
    byte[] key = Salsa20.hsalsa20(shared, new byte[16]);
    try {
      byte[] box = new byte[OVERHEAD_BYTES + message.length];
      System.arraycopy(own, 0, box, 0, KEY_BYTES);
      sealInto(box, KEY_BYTES, key, nonce(own, publicKey), message);
      return box;
    } finally {
      Keys.wipe(shared);
      Keys.wipe(key);
    }
  }

  /** The nonce of a box between these keys, each 32 bytes. */
  static byte[] nonce(byte[] ephemeral, byte[] recipient) {
    byte[] both = Arrays.copyOf(ephemeral, 2 * KEY_BYTES);
    System.arraycopy(recipient, 0, both, KEY_BYTES, KEY_BYTES);
    return Blake2b.hash(NONCE_BYTES, both);
  }

  /** XSalsa20-Poly1305 as NaCl's {@code secretbox} lays it out: the tag, then the ciphertext. */
  static void sealInto(byte[] out, int at, byte[] key, byte[] nonce, byte[] message) {
    byte[] subKey = Salsa20.hsalsa20(key, Arrays.copyOf(nonce, 16));
    byte[] first = new byte[Salsa20.BLOCK_BYTES];
    try {
      byte[] rest = Arrays.copyOfRange(nonce, 16, NONCE_BYTES);
      // The first 32 bytes of the stream are the one-time key of the tag.
      Salsa20 stream = new Salsa20(subKey, rest);
      stream.block(0, first);
      int text = at + Poly1305.TAG_BYTES;
      stream.xor(Poly1305.KEY_BYTES, message, out, text);
      byte[] tag =
          Poly1305.tag(Arrays.copyOf(first, Poly1305.KEY_BYTES), out, text, message.length);
      System.arraycopy(tag, 0, out, at, tag.length);
    } finally {
      Keys.wipe(subKey);
      Keys.wipe(first);
    }
  }

  private static KeyPair ephemeral() {
    try {
      return KeyPairGenerator.getInstance("X25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw unavailable(e);
    }
  }

  private static byte[] agree(KeyPair own, byte[] theirs) {
    byte[] bigEndian = reversed(theirs);
    bigEndian[0] &= 0x7f; // RFC 7748, 5: the top bit of a coordinate is ignored
    try {
      KeyAgreement agreement = KeyAgreement.getInstance("X25519");
      agreement.init(own.getPrivate());
      agreement.doPhase(
          KeyFactory.getInstance("X25519")
              .generatePublic(
                  new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, bigEndian))),
          true);
      byte[] shared = agreement.generateSecret();
      if (Keys.equal(shared, new byte[KEY_BYTES])) {
        throw notAKey();
      }
      return shared;
    } catch (InvalidKeyException smallOrder) {
      throw notAKey();
    } catch (GeneralSecurityException e) {
      throw unavailable(e);
    }
  }

  private static byte[] littleEndian(BigInteger u) {
    byte[] bytes = u.toByteArray();
    byte[] out = new byte[KEY_BYTES];
    for (int i = 0; i < bytes.length && i < KEY_BYTES; i++) {
      out[i] = bytes[bytes.length - 1 - i];
    }
    return out;
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] out = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      out[i] = bytes[bytes.length - 1 - i];
    }
    return out;
  }

  private static CryptoException notAKey() {
    return new CryptoException(
        CryptoException.Kind.FORMAT, "the recipient's key is not a Curve25519 public key");
  }

  private static CryptoException unavailable(GeneralSecurityException e) {
    return new CryptoException(
        CryptoException.Kind.UNAVAILABLE, "X25519 does not work in this Java runtime", e);
  }
}
