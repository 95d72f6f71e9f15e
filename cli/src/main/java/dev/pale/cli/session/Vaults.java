package dev.pale.cli.session;

import dev.pale.cli.prompt.Prompt;
import dev.pale.secrets.SecretValue;
import dev.pale.vault.KeyPrompt;
import dev.pale.vault.LocalVault;
import dev.pale.vault.Unlocking;
import java.util.Optional;

/** Opens the vault of a session. */
final class Vaults {
  private Vaults() {}

  static LocalVault open(Session session) {
    return LocalVault.open(session.context().folders(), unlocking(session));
  }

  static LocalVault openSilently(Session session) {
    return LocalVault.open(session.context().folders(), Unlocking.silent());
  }

  static Unlocking unlocking(Session session) {
    return new Unlocking(
        Optional.empty(),
        Optional.empty(),
        prompt(session.prompt()),
        (int) Math.min(Integer.MAX_VALUE, session.config().keyCacheSeconds()));
  }

  private static KeyPrompt prompt(Prompt prompt) {
    return new KeyPrompt() {
      @Override
      public boolean canAsk() {
        return prompt.canAsk();
      }

      @Override
      public SecretValue ask(String what) {
        return prompt.hidden(what, what + " (not shown): ", "pale unlock, in a terminal");
      }
    };
  }
}
