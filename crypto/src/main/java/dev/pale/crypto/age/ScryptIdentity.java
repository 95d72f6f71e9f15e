package dev.pale.crypto.age;

import dev.pale.crypto.AuthenticationException;
import dev.pale.crypto.CryptoException;
import dev.pale.crypto.Keys;
import java.util.List;
import java.util.Optional;

/** A passphrase that opens a file. */
final class ScryptIdentity extends AgeIdentity {
  private final byte[] passphrase;

  ScryptIdentity(byte[] passphrase) {
    this.passphrase = passphrase.clone();
  }

  @Override
  public AgeRecipient recipient() {
    return new ScryptRecipient(passphrase, ScryptRecipient.DEFAULT_LOG_WORK);
  }

  @Override
  Optional<byte[]> unwrap(List<Stanza> stanzas) {
    Stanza stanza = stanzas.getFirst();
    if (!stanza.type().equals(ScryptRecipient.TYPE)) {
      return Optional.empty();
    }
    if (stanza.arguments().size() != 2) {
      throw Encoding.malformed("a passphrase recipient does not have two arguments");
    }
    byte[] salt = Encoding.decode(stanza.arguments().getFirst());
    if (salt.length != ScryptRecipient.SALT_BYTES
        || stanza.body().length != Age.WRAPPED_KEY_BYTES) {
      throw Encoding.malformed("a passphrase recipient has the wrong length");
    }
    // The work factor is the file's wish: it is checked before any memory is taken for it.
    int logWork = logWork(stanza.arguments().get(1));
    byte[] wrapping = ScryptRecipient.wrappingKey(passphrase, salt, logWork);
    try {
      return Optional.of(ChaCha.unwrap(wrapping, stanza.body()));
    } catch (AuthenticationException e) {
      return Optional.empty();
    } finally {
      Keys.wipe(wrapping);
    }
  }

  static int logWork(String text) {
    boolean digits = !text.isEmpty() && text.charAt(0) != '0';
    for (int i = 0; i < text.length(); i++) {
      digits &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    if (!digits) {
      throw Encoding.malformed("the work factor of a passphrase is not a number");
    }
    int logWork = text.length() > 2 ? Integer.MAX_VALUE : Integer.parseInt(text);
    if (logWork > ScryptRecipient.MAX_LOG_WORK) {
      throw new CryptoException(
          CryptoException.Kind.LIMIT,
          "the passphrase of an age file asks for more than 1 GiB of memory");
    }
    return logWork;
  }

  @Override
  public void close() {
    Keys.wipe(passphrase);
  }
}
