package dev.pale.crypto.age;

import dev.pale.crypto.CryptoException;
import dev.pale.crypto.Keys;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What opens files that were encrypted to its recipient. Secret: it prints as its recipient.
 *
 * <p>Closing wipes its own key bytes; the JDK's copies of them live until they are collected. Apart
 * from closing, immutable and thread-safe.
 */
public abstract sealed class AgeIdentity implements AutoCloseable
    permits NativeIdentity,
        SshEd25519Identity,
        SshRsaIdentity,
        ScryptIdentity,
        DeferredIdentity,
        PluginIdentity {
  AgeIdentity() {}

  /** A new X25519 identity. */
  public static AgeIdentity generate() {
    return X25519Identity.owning(Keys.random(X25519.BYTES));
  }

  /**
   * A new identity that also withstands a quantum computer (ML-KEM-768 with X25519). Its recipient
   * is some 2000 characters long and cannot be combined with others that do not withstand one.
   */
  public static AgeIdentity generatePostQuantum() {
    return new HybridIdentity(Keys.random(XWing.SEED_BYTES));
  }

  /**
   * Reads an identity file: {@code AGE-SECRET-KEY-1…} and {@code AGE-SECRET-KEY-PQ-1…} lines with
   * comments and empty lines, or one private key of OpenSSH.
   *
   * @param file the content; not changed, the caller wipes it
   * @return at least one identity
   * @throws CryptoException {@link CryptoException.Kind#FORMAT}, which names the line; {@link
   *     CryptoException.Kind#PASSPHRASE_NEEDED} for a file that is encrypted; {@link
   *     CryptoException.Kind#UNSUPPORTED} for plugin identities
   */
  public static List<AgeIdentity> parseFile(byte[] file) {
    return IdentityFile.parse(file, new byte[0], IdentityFile.Plugins.none());
  }

  /**
   * As {@link #parseFile(byte[])}, for a file that may be encrypted: an ssh key with a passphrase,
   * or an identity file that is itself an age file with a passphrase.
   *
   * @param passphrase not changed, the caller wipes it; unused when the file is not encrypted
   * @throws CryptoException as above; {@link CryptoException.Kind#AUTHENTICATION} or {@link
   *     CryptoException.Kind#NO_MATCHING_IDENTITY} when the passphrase is wrong
   */
  public static List<AgeIdentity> parseFile(byte[] file, byte[] passphrase) {
    return IdentityFile.parse(file, passphrase, IdentityFile.Plugins.none());
  }

  /** Opens files that were encrypted to this passphrase; refuses work above 2^20 (1 GiB). */
  public static AgeIdentity passphrase(byte[] passphrase) {
    return new ScryptIdentity(passphrase);
  }

  /**
   * As {@link #passphrase(byte[])}, asked for only when a file turns out to have one whose work is
   * within bounds.
   *
   * @param ask gives a new array, which is wiped; called at most once a file
   */
  public static AgeIdentity passphrase(Supplier<byte[]> ask) {
    return new DeferredIdentity(
        DeferredIdentity::hasPassphrase,
        () -> {
          byte[] passphrase = ask.get();
          try {
            return List.of(passphrase(passphrase));
          } finally {
            Keys.wipe(passphrase);
          }
        });
  }

  /**
   * Identities that are read when they are first needed, for instance because that takes a
   * passphrase. They are closed with this one.
   *
   * @param read called at most once
   */
  public static AgeIdentity deferred(Supplier<List<AgeIdentity>> read) {
    return new DeferredIdentity(stanzas -> true, read);
  }

  /** Whom to encrypt to so that this identity can read it. */
  public abstract AgeRecipient recipient();

  /**
   * The secret itself as text that {@link #parseFile} reads, in ASCII, without a line end; the
   * caller wipes it.
   *
   * @throws CryptoException {@link CryptoException.Kind#UNSUPPORTED} for ssh keys and passphrases
   */
  public byte[] secretText() {
    throw new CryptoException(
        CryptoException.Kind.UNSUPPORTED, "only a native age identity has a text form");
  }

  /**
   * The file key; empty when no stanza is for this identity.
   *
   * @throws CryptoException when a stanza of this identity's type is malformed
   */
  abstract Optional<byte[]> unwrap(List<Stanza> stanzas);

  /** Wipes the key. */
  @Override
  public abstract void close();

  @Override
  public String toString() {
    return "[age identity of " + recipient().text() + "]";
  }
}
