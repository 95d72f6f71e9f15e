package dev.pale.vault;

import dev.pale.secrets.SecretValue;
import java.nio.file.Path;
import java.util.Optional;

/** How a new slot of the vault is to be unlocked. */
public sealed interface KeySetup {
  /**
   * By a file of mode 0600 that holds the key in clear: whoever reads the file and the vault reads
   * the secrets.
   *
   * @param path where; empty for {@code key} in the configuration folder
   */
  record KeyFile(Optional<Path> path) implements KeySetup {}

  /**
   * By a passphrase (Argon2id).
   *
   * @param passphrase UTF-8; the caller wipes it
   */
  record Passphrase(SecretValue passphrase) implements KeySetup {}

  /**
   * By an age identity or an ssh key.
   *
   * @param recipient {@code age1...}, or an ssh public key line
   * @param identity where the private part is, as a hint for later; may be empty
   */
  record Age(String recipient, Optional<Path> identity) implements KeySetup {}

  /** By the operating system's keychain (Secret Service). */
  record Keychain() implements KeySetup {}
}
