/**
 * Commands about the vault as a whole: {@link dev.pale.cli.keep.VaultCommands}; {@link
 * dev.pale.cli.keep.NewVault} makes one for {@code init}.
 */
package dev.pale.cli.keep;
