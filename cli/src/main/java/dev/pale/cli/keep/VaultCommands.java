package dev.pale.cli.keep;

import dev.pale.cli.session.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Builds {@code vault} with its sub-commands, {@code lock} and {@code unlock}. */
public final class VaultCommands {
  private VaultCommands() {}

  /** {@code pale vault}. */
  public static CommandLine vault(Session session) {
    return new CommandLine(new VaultCommand())
        .addSubcommand(new CommandLine(new VaultStatusCommand(session)))
        .addSubcommand(new CommandLine(new VaultVerifyCommand(session)))
        .addSubcommand(new CommandLine(new VaultRekeyCommand(session)))
        .addSubcommand(new CommandLine(new VaultRecoverCommand(session)))
        .addSubcommand(new CommandLine(new VaultBackupCommand(session)))
        .addSubcommand(new CommandLine(new VaultRestoreCommand(session)))
        .addSubcommand(new CommandLine(new VaultPurgeCommand(session)))
        .addSubcommand(new CommandLine(new VaultAcceptCommand(session)))
        .addSubcommand(
            new CommandLine(new VaultSlotsCommand(session))
                .addSubcommand(new CommandLine(new SlotAddCommand(session)))
                .addSubcommand(new CommandLine(new SlotRemoveCommand(session))));
  }

  /** {@code pale lock}. */
  public static CommandLine lock(Session session) {
    return new CommandLine(new LockCommand(session));
  }

  /** {@code pale unlock}. */
  public static CommandLine unlock(Session session) {
    return new CommandLine(new UnlockCommand(session));
  }

  @Command(
      name = "vault",
      header = "Look after the vault as a whole.",
      description = {
        "The vault is one encrypted file in the data folder; pale vault status shows it."
      },
      synopsisSubcommandLabel = "COMMAND",
      footerHeading = "%nExamples:%n",
      footer = {"  pale vault verify", "  pale vault backup ~/pale.backup"})
  private static final class VaultCommand {}
}
