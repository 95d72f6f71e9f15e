package dev.pale.crypto.age;

import dev.pale.crypto.Hkdf;
import java.nio.charset.StandardCharsets;

/**
 * The one shape of HPKE (RFC 9180) that age uses: base mode, X-Wing (0x647a), HKDF-SHA256 (1),
 * ChaCha20-Poly1305 (3), one message, no associated data.
 */
final class Hpke {
  private static final byte[] SUITE = {'H', 'P', 'K', 'E', 0x64, 0x7a, 0, 1, 0, 3};
  private static final byte[] VERSION = ascii("HPKE-v1");
  private static final byte[] NONE = new byte[0];

  private Hpke() {}

  static byte[] seal(byte[] sharedSecret, byte[] info, byte[] plaintext) {
    byte[][] keys = keys(sharedSecret, info);
    return new ChaCha(keys[0]).seal(keys[1], plaintext, 0, plaintext.length);
  }

  static byte[] open(byte[] sharedSecret, byte[] info, byte[] sealed) {
    byte[][] keys = keys(sharedSecret, info);
    return new ChaCha(keys[0]).open(keys[1], sealed, 0, sealed.length);
  }

  /** The key and the nonce of the first message: KeySchedule of section 5.1. */
  private static byte[][] keys(byte[] sharedSecret, byte[] info) {
    byte[] context =
        XWing.joined(
            new byte[] {0}, extract(NONE, "psk_id_hash", NONE), extract(NONE, "info_hash", info));
    byte[] secret = extract(sharedSecret, "secret", NONE);
    return new byte[][] {
      expand(secret, "key", context, 32), expand(secret, "base_nonce", context, 12)
    };
  }

  private static byte[] extract(byte[] salt, String label, byte[] material) {
    return Hkdf.extract(XWing.joined(VERSION, SUITE, ascii(label), material), salt);
  }

  private static byte[] expand(byte[] secret, String label, byte[] info, int length) {
    byte[] lengthBytes = {(byte) (length >>> 8), (byte) length};
    return Hkdf.expand(
        secret, XWing.joined(lengthBytes, VERSION, SUITE, ascii(label), info), length);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
