package dev.pale.crypto.age;

import dev.pale.crypto.CryptoException;
import java.util.List;
import java.util.Set;

/**
 * Whom a file is encrypted to. Holds nothing secret, but for the recipient of a passphrase.
 *
 * <p>Immutable and thread-safe.
 */
public abstract sealed class AgeRecipient
    permits X25519Recipient,
        HybridRecipient,
        SshEd25519Recipient,
        SshRsaRecipient,
        ScryptRecipient,
        PluginRecipient {
  AgeRecipient() {}

  /**
   * The file key for one recipient. Most have one stanza; a plugin may give several.
   *
   * @param labels what the recipient may be combined with: files are encrypted only to recipients
   *     that all carry the same labels
   */
  record Wrapped(List<Stanza> stanzas, Set<String> labels) {}

  /** The file key, 16 bytes, as only this recipient can read it. */
  Wrapped wrapAll(byte[] fileKey) {
    return new Wrapped(List.of(wrap(fileKey)), labels());
  }

  /**
   * Reads a recipient: {@code age1…}, {@code age1pq1…}, {@code ssh-ed25519 AAAA…} or {@code ssh-rsa
   * AAAA…}.
   *
   * @throws CryptoException {@link CryptoException.Kind#FORMAT} when it is none, {@link
   *     CryptoException.Kind#UNSUPPORTED} for hardware and plugin recipients, other ssh keys, and
   *     {@code github:} names
   */
  public static AgeRecipient parse(String text) {
    if (text.startsWith("ssh-") || text.startsWith("ecdsa-") || text.startsWith("sk-")) {
      return SshPublicKey.parse(text);
    }
    if (text.startsWith("github:")) {
      throw new CryptoException(
          CryptoException.Kind.UNSUPPORTED,
          "keys are not fetched from GitHub; give the key itself");
    }
    return X25519Recipient.parseNative(text);
  }

  /**
   * A passphrase as recipient, with the work that the age command uses (2^18, 256 MiB). It must be
   * the only recipient of a file.
   *
   * @param passphrase copied; the caller wipes its own
   */
  public static AgeRecipient passphrase(byte[] passphrase) {
    return new ScryptRecipient(passphrase, ScryptRecipient.DEFAULT_LOG_WORK);
  }

  /** As {@link #passphrase(byte[])}, with another work factor: 2 to the power of this, 1 to 20. */
  public static AgeRecipient passphrase(byte[] passphrase, int logWork) {
    return new ScryptRecipient(passphrase, logWork);
  }

  /** The text that {@link #parse} reads; a placeholder for a passphrase. */
  public abstract String text();

  /** One stanza, for the types that make one. */
  abstract Stanza wrap(byte[] fileKey);

  /** Files may be encrypted only to recipients that all carry the same labels. */
  Set<String> labels() {
    return Set.of();
  }

  @Override
  public final String toString() {
    return text();
  }
}
