package dev.pale.cli.keep;

import dev.pale.cli.session.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Builds {@code vault} with its sub-commands, {@code lock} and {@code unlock}. */
public final class VaultCommands {
  private VaultCommands() {}

  /** {@code pale vault}. */
  public static CommandLine vault(Session session) {
    return new CommandLine(new VaultCommand());
  }

  /** {@code pale lock}. */
  public static CommandLine lock(Session session) {
    return new CommandLine(new VaultCommand());
  }

  /** {@code pale unlock}. */
  public static CommandLine unlock(Session session) {
    return new CommandLine(new VaultCommand());
  }

  @Command(
      name = "vault",
      header = "Look after the vault as a whole.",
      synopsisSubcommandLabel = "COMMAND",
      footerHeading = "%nExamples:%n",
      footer = {"  pale vault verify", "  pale vault backup ~/pale.backup"})
  private static final class VaultCommand {}
}
