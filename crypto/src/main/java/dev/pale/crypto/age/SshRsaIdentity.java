package dev.pale.crypto.age;

import dev.pale.crypto.CryptoException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.List;
import java.util.Optional;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;

/** An {@code ssh-rsa} private key. */
final class SshRsaIdentity extends AgeIdentity {
  private final SshRsaRecipient recipient;
  private final PrivateKey key;

  SshRsaIdentity(SshRsaRecipient recipient, PrivateKey key) {
    this.recipient = recipient;
    this.key = key;
  }

  @Override
  public AgeRecipient recipient() {
    return recipient;
  }

  @Override
  Optional<byte[]> unwrap(List<Stanza> stanzas) {
    for (Stanza stanza : stanzas) {
      if (stanza.type().equals(SshRsaRecipient.TYPE)) {
        if (stanza.arguments().size() != 1) {
          throw Encoding.malformed("an ssh-rsa recipient does not have one argument");
        }
        if (stanza.arguments().getFirst().equals(SshWire.tag(recipient.wire()))) {
          Optional<byte[]> fileKey = unwrap(stanza);
          if (fileKey.isPresent()) {
            return fileKey;
          }
        }
      }
    }
    return Optional.empty();
  }

  private Optional<byte[]> unwrap(Stanza stanza) {
    try {
      byte[] fileKey = SshRsaRecipient.cipher(Cipher.DECRYPT_MODE, key).doFinal(stanza.body());
      return fileKey.length == Age.FILE_KEY_BYTES ? Optional.of(fileKey) : Optional.empty();
    } catch (BadPaddingException | IllegalBlockSizeException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new CryptoException(
          CryptoException.Kind.UNAVAILABLE, "an ssh-rsa key cannot be used for decryption", e);
    }
  }

  /** The JDK's RSA keys cannot be wiped; the key lives until it is collected. */
  @Override
  public void close() {}
}
