package dev.pale.crypto.age;

import dev.pale.crypto.CryptoException;
import dev.pale.crypto.Keys;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** The post-quantum recipient type: {@code age1pq1…}. */
final class HybridRecipient extends AgeRecipient {
  static final String TYPE = "mlkem768x25519";
  static final String PREFIX = "age1pq";
  static final byte[] INFO =
      "age-encryption.org/mlkem768x25519".getBytes(StandardCharsets.US_ASCII);

  private final byte[] publicKey;

  HybridRecipient(byte[] publicKey) {
    this.publicKey = publicKey;
  }

  @Override
  public String text() {
    return new String(Bech32.encode(PREFIX, publicKey), StandardCharsets.US_ASCII);
  }

  /** One recipient without it would leave the whole file to a quantum computer. */
  @Override
  Set<String> labels() {
    return Set.of("postquantum");
  }

  @Override
  Stanza wrap(byte[] fileKey) {
    XWing.Encapsulated encapsulated =
        XWing.encapsulate(publicKey)
            .orElseThrow(() ->
                new CryptoException(
                    CryptoException.Kind.FORMAT, "an age recipient is not a safe public key"));
    try {
      return new Stanza(
          TYPE,
          List.of(Encoding.encode(encapsulated.ciphertext())),
          Hpke.seal(encapsulated.secret(), INFO, fileKey));
    } finally {
      Keys.wipe(encapsulated.secret());
    }
  }
}
