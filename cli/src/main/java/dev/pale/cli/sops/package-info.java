/**
 * {@code pale sops}: the commands of sops, in both its styles of flags and with its exit statuses.
 * Start with {@link dev.pale.cli.sops.SopsCommands}; {@link dev.pale.cli.sops.SopsArguments} reads
 * what users of sops type.
 */
package dev.pale.cli.sops;
