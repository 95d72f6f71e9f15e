package dev.pale.vault;

import dev.pale.secrets.SecretValue;

/**
 * How the vault asks a person for a passphrase. The caller knows the terminal; the vault does not.
 */
public interface KeyPrompt {
  /** Whether there is a terminal to ask on. */
  boolean canAsk();

  /**
   * Asks, without echo.
   *
   * @param what what is asked for, for instance {@code passphrase of the vault}
   * @return what was typed; the vault wipes it
   */
  SecretValue ask(String what);

  /** Nobody to ask: a locked vault is an error that tells how to unlock it. */
  static KeyPrompt none() {
    return NobodyToAsk.INSTANCE;
  }
}
