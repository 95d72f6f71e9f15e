package dev.pale.crypto.age;

import dev.pale.crypto.CryptoException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Identities that are read, and perhaps asked for, when a file needs them. */
final class DeferredIdentity extends AgeIdentity {
  private final Predicate<List<Stanza>> wanted;
  private final Supplier<List<AgeIdentity>> read;
  private @Nullable List<AgeIdentity> identities;

  DeferredIdentity(Predicate<List<Stanza>> wanted, Supplier<List<AgeIdentity>> read) {
    this.wanted = wanted;
    this.read = read;
  }

  /** A person is not asked for the passphrase of a file whose work would be refused anyway. */
  static boolean hasPassphrase(List<Stanza> stanzas) {
    Stanza stanza = stanzas.getFirst();
    if (!stanza.type().equals(ScryptRecipient.TYPE)) {
      return false;
    }
    if (stanza.arguments().size() == 2) {
      ScryptIdentity.logWork(stanza.arguments().get(1));
    }
    return true;
  }

  @Override
  Optional<byte[]> unwrap(List<Stanza> stanzas) {
    if (wanted.test(stanzas)) {
      for (AgeIdentity identity : identities()) {
        Optional<byte[]> fileKey = identity.unwrap(stanzas);
        if (fileKey.isPresent()) {
          return fileKey;
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public AgeRecipient recipient() {
    throw new CryptoException(
        CryptoException.Kind.UNSUPPORTED, "an identity that is read later has no recipient yet");
  }

  @Override
  public String toString() {
    return "[age identity that is read when it is needed]";
  }

  private synchronized List<AgeIdentity> identities() {
    List<AgeIdentity> known = identities;
    if (known == null) {
      known = new ArrayList<>(read.get());
      identities = known;
    }
    return known;
  }

  @Override
  public synchronized void close() {
    if (identities != null) {
      identities.forEach(AgeIdentity::close);
    }
  }
}
