package dev.pale.cli.session;

import dev.pale.vault.Vault;

/** Opens the vault of a session. */
final class Vaults {
  private Vaults() {}

  static Vault open(Session session) {
    throw new UnsupportedOperationException();
  }
}
