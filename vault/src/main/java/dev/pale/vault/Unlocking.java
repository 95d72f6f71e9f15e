package dev.pale.vault;

import java.nio.file.Path;
import java.util.Optional;

/**
 * With what a vault may be unlocked.
 *
 * @param keyFile a key file to try instead of the one that the vault remembers
 * @param identity an age identity or ssh private key to try instead of the one that the vault
 *     remembers
 * @param prompt how to ask for a passphrase
 * @param holdSeconds how long the kernel keyring keeps the key after a passphrase or the keychain
 *     was asked; 0 to keep nothing
 */
public record Unlocking(
    Optional<Path> keyFile, Optional<Path> identity, KeyPrompt prompt, int holdSeconds) {
  /** What a run holds the key for, unless the user's configuration says otherwise. */
  public static final int DEFAULT_HOLD_SECONDS = 8 * 60 * 60;

  public Unlocking {
    if (holdSeconds < 0) {
      throw new IllegalArgumentException("a time to hold is not negative");
    }
  }

  /** By what the vault remembers, asking nobody. */
  public static Unlocking silent() {
    return new Unlocking(
        Optional.empty(), Optional.empty(), KeyPrompt.none(), DEFAULT_HOLD_SECONDS);
  }

  /** By what the vault remembers, asking where that is needed. */
  public static Unlocking asking(KeyPrompt prompt) {
    return new Unlocking(Optional.empty(), Optional.empty(), prompt, DEFAULT_HOLD_SECONDS);
  }
}
