package dev.pale.crypto.age;

import java.util.List;
import java.util.Optional;

/** An identity of age's own kinds: a line of an identity file, and one type of stanza. */
abstract sealed class NativeIdentity extends AgeIdentity permits X25519Identity, HybridIdentity {
  private final String type;
  private boolean closed;

  NativeIdentity(String type) {
    this.type = type;
  }

  @Override
  final Optional<byte[]> unwrap(List<Stanza> stanzas) {
    checkOpen();
    for (Stanza stanza : stanzas) {
      if (stanza.type().equals(type)) {
        Optional<byte[]> fileKey = unwrap(stanza);
        if (fileKey.isPresent()) {
          return fileKey;
        }
      }
    }
    return Optional.empty();
  }

  /** The file key of a stanza of this type; empty when it is for somebody else. */
  abstract Optional<byte[]> unwrap(Stanza stanza);

  /** Wipes the key. */
  abstract void wipe();

  @Override
  public final void close() {
    closed = true;
    wipe();
  }

  /** Zeros would make a key that everybody knows. */
  final void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the age identity was wiped");
    }
  }
}
