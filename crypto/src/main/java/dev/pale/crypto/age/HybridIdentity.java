package dev.pale.crypto.age;

import dev.pale.crypto.AuthenticationException;
import dev.pale.crypto.Keys;
import java.util.Optional;

/** The post-quantum identity type: {@code AGE-SECRET-KEY-PQ-1…}. */
final class HybridIdentity extends NativeIdentity {
  static final String PREFIX = "age-secret-key-pq-";

  private final byte[] seed;
  private final XWing.Pair pair;

  /** Takes the array over. */
  HybridIdentity(byte[] seed) {
    super(HybridRecipient.TYPE);
    this.seed = seed;
    this.pair = new XWing.Pair(seed);
  }

  /** Empty when the text is not such an identity. */
  static Optional<AgeIdentity> parse(byte[] text) {
    return Bech32.decode(text)
        .filter(decoded -> decoded.is(PREFIX, true, XWing.SEED_BYTES))
        .map(decoded -> new HybridIdentity(decoded.bytes()));
  }

  @Override
  public AgeRecipient recipient() {
    return new HybridRecipient(pair.publicKey());
  }

  @Override
  public byte[] secretText() {
    checkOpen();
    return Bech32.upperCase(Bech32.encode(PREFIX, seed));
  }

  @Override
  Optional<byte[]> unwrap(Stanza stanza) {
    if (stanza.arguments().size() != 1) {
      throw Encoding.malformed("a post-quantum recipient does not have one argument");
    }
    byte[] ciphertext = Encoding.decode(stanza.arguments().getFirst());
    if (ciphertext.length != XWing.CIPHERTEXT_BYTES
        || stanza.body().length != Age.WRAPPED_KEY_BYTES) {
      throw Encoding.malformed("a post-quantum recipient has the wrong length");
    }
    byte[] secret =
        pair.decapsulate(ciphertext)
            .orElseThrow(
                () -> Encoding.malformed("a post-quantum recipient is not a safe public key"));
    try {
      return Optional.of(Hpke.open(secret, HybridRecipient.INFO, stanza.body()));
    } catch (AuthenticationException e) {
      return Optional.empty();
    } finally {
      Keys.wipe(secret);
    }
  }

  @Override
  void wipe() {
    Keys.wipe(seed);
    pair.wipe();
  }
}
