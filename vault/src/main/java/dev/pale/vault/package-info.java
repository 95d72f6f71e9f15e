/**
 * The encrypted store. Start with {@link dev.pale.vault.Vault}; {@code LocalVault} opens the one on
 * this machine.
 */
package dev.pale.vault;
