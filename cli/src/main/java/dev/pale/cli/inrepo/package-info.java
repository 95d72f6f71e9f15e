/**
 * Values that a {@code pale.toml} holds itself, encrypted with age, so that a team lives with git
 * and no server. Start with {@link dev.pale.cli.inrepo.InRepo}.
 */
package dev.pale.cli.inrepo;
