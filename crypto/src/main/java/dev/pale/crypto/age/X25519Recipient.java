package dev.pale.crypto.age;

import dev.pale.crypto.CryptoException;
import dev.pale.crypto.Hkdf;
import dev.pale.crypto.Keys;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The native recipient type: {@code age1…}. */
final class X25519Recipient extends AgeRecipient {
  static final String TYPE = "X25519";
  private static final byte[] INFO =
      "age-encryption.org/v1/X25519".getBytes(StandardCharsets.US_ASCII);

  private final byte[] point;

  X25519Recipient(byte[] point) {
    this.point = point;
  }

  static AgeRecipient parseNative(String text) {
    Optional<Bech32.Decoded> decoded = Bech32.decode(text.getBytes(StandardCharsets.UTF_8));
    if (decoded.isPresent() && decoded.get().is("age", false, X25519.BYTES)) {
      return new X25519Recipient(decoded.get().bytes());
    }
    if (decoded.isPresent()
        && decoded.get().is(HybridRecipient.PREFIX, false, XWing.PUBLIC_BYTES)) {
      return new HybridRecipient(decoded.get().bytes());
    }
    if (decoded.isPresent()
        && decoded.get().prefix().startsWith("age1")
        && !text.startsWith("AGE")) {
      throw new CryptoException(
          CryptoException.Kind.UNSUPPORTED, "plugin recipients of age are not supported here");
    }
    if (text.startsWith("age1")) {
      throw new CryptoException(
          CryptoException.Kind.FORMAT, "not an age recipient: its checksum does not match");
    }
    throw new CryptoException(
        CryptoException.Kind.FORMAT, "not a recipient: it starts with neither age1 nor ssh-");
  }

  @Override
  public String text() {
    return new String(Bech32.encode("age", point), StandardCharsets.US_ASCII);
  }

  @Override
  Stanza wrap(byte[] fileKey) {
    byte[] ephemeral = Keys.random(X25519.BYTES);
    byte[] share = X25519.publicKey(ephemeral);
    byte[] shared =
        X25519
            .multiply(ephemeral, point)
            .orElseThrow(() ->
                new CryptoException(
                    CryptoException.Kind.FORMAT, "an age recipient is not a safe public key"));
    byte[] wrapping = wrappingKey(shared, share, point);
    try {
      return new Stanza(TYPE, List.of(Encoding.encode(share)), ChaCha.wrap(wrapping, fileKey));
    } finally {
      Keys.wipe(ephemeral);
      Keys.wipe(shared);
      Keys.wipe(wrapping);
    }
  }

  static byte[] wrappingKey(byte[] shared, byte[] share, byte[] point) {
    byte[] salt = new byte[2 * X25519.BYTES];
    System.arraycopy(share, 0, salt, 0, X25519.BYTES);
    System.arraycopy(point, 0, salt, X25519.BYTES, X25519.BYTES);
    return Hkdf.derive(shared, salt, INFO, 32);
  }
}
