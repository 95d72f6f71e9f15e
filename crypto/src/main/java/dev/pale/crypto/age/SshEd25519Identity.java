package dev.pale.crypto.age;

import dev.pale.crypto.AuthenticationException;
import dev.pale.crypto.Keys;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** An {@code ssh-ed25519} private key. */
final class SshEd25519Identity extends AgeIdentity {
  private final SshEd25519Recipient recipient;
  private final byte[] scalar;

  /**
   * @param seed 32 bytes; not kept
   */
  SshEd25519Identity(SshEd25519Recipient recipient, byte[] seed) {
    this.recipient = recipient;
    byte[] hash = SshWire.hash("SHA-512", seed);
    this.scalar = Arrays.copyOf(hash, X25519.BYTES); // RFC 8032, 5.1.5; X25519 clamps it
    Keys.wipe(hash);
    if (!Arrays.equals(X25519.publicKey(scalar), recipient.point())) {
      throw SshWire.damaged();
    }
  }

  @Override
  public AgeRecipient recipient() {
    return recipient;
  }

  @Override
  Optional<byte[]> unwrap(List<Stanza> stanzas) {
    for (Stanza stanza : stanzas) {
      if (stanza.type().equals(SshEd25519Recipient.TYPE)) {
        Optional<byte[]> fileKey = unwrap(stanza);
        if (fileKey.isPresent()) {
          return fileKey;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<byte[]> unwrap(Stanza stanza) {
    if (stanza.arguments().size() != 2) {
      throw Encoding.malformed("an ssh-ed25519 recipient does not have two arguments");
    }
    byte[] share = Encoding.decode(stanza.arguments().get(1));
    if (share.length != X25519.BYTES || stanza.body().length != Age.WRAPPED_KEY_BYTES) {
      throw Encoding.malformed("an ssh-ed25519 recipient has the wrong length");
    }
    if (!stanza.arguments().getFirst().equals(SshWire.tag(recipient.wire()))) {
      return Optional.empty();
    }
    byte[] wrapping =
        recipient
            .wrappingKey(scalar, share, share)
            .orElseThrow(
                () -> Encoding.malformed("an ssh-ed25519 recipient is not a safe public key"));
    try {
      return Optional.of(ChaCha.unwrap(wrapping, stanza.body()));
    } catch (AuthenticationException e) {
      return Optional.empty();
    } finally {
      Keys.wipe(wrapping);
    }
  }

  @Override
  public void close() {
    Keys.wipe(scalar);
  }
}
