package dev.pale.vault;

import dev.pale.secrets.SecretValue;

/** The prompt where there is no terminal. */
enum NobodyToAsk implements KeyPrompt {
  INSTANCE;

  @Override
  public boolean canAsk() {
    return false;
  }

  @Override
  public SecretValue ask(String what) {
    throw new IllegalStateException("there is nobody to ask");
  }
}
