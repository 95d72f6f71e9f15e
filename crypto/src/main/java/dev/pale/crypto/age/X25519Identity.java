package dev.pale.crypto.age;

import dev.pale.crypto.AuthenticationException;
import dev.pale.crypto.Keys;
import java.util.Optional;

/** The native identity type: {@code AGE-SECRET-KEY-1…}. */
final class X25519Identity extends NativeIdentity {
  static final String PREFIX = "age-secret-key-";

  private final byte[] scalar;
  private final byte[] point;

  private X25519Identity(byte[] scalar, byte[] point) {
    super(X25519Recipient.TYPE);
    this.scalar = scalar;
    this.point = point;
  }

  /** Takes the array over. */
  static X25519Identity owning(byte[] scalar) {
    return new X25519Identity(scalar, X25519.publicKey(scalar));
  }

  /** Empty when the text is not a native identity. */
  static Optional<AgeIdentity> parse(byte[] text) {
    return Bech32.decode(text)
        .filter(decoded -> decoded.is(PREFIX, true, X25519.BYTES))
        .map(decoded -> owning(decoded.bytes()));
  }

  @Override
  public AgeRecipient recipient() {
    return new X25519Recipient(point);
  }

  @Override
  public byte[] secretText() {
    checkOpen();
    return Bech32.upperCase(Bech32.encode(PREFIX, scalar));
  }

  @Override
  Optional<byte[]> unwrap(Stanza stanza) {
    if (stanza.arguments().size() != 1) {
      throw Encoding.malformed("an X25519 recipient does not have one argument");
    }
    byte[] share = Encoding.decode(stanza.arguments().getFirst());
    // The length of the body is checked first: a longer one could be made to open under two keys.
    if (share.length != X25519.BYTES || stanza.body().length != Age.WRAPPED_KEY_BYTES) {
      throw Encoding.malformed("an X25519 recipient has the wrong length");
    }
    byte[] shared =
        X25519
            .multiply(scalar, share)
            .orElseThrow(() -> Encoding.malformed("an X25519 recipient is not a safe public key"));
    byte[] wrapping = X25519Recipient.wrappingKey(shared, share, point);
    try {
      return Optional.of(ChaCha.unwrap(wrapping, stanza.body()));
    } catch (AuthenticationException e) {
      return Optional.empty();
    } finally {
      Keys.wipe(shared);
      Keys.wipe(wrapping);
    }
  }

  @Override
  void wipe() {
    Keys.wipe(scalar);
  }
}
