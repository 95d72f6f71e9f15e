package dev.pale.cli.sops;

import dev.pale.cli.session.Session;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Builds {@code sops} with its sub-commands. */
public final class SopsCommands {
  private SopsCommands() {}

  /** {@code pale sops}. */
  public static CommandLine sops(Session session) {
    return new CommandLine(new SopsGroup())
        .addSubcommand(new CommandLine(new EncryptCommand(session)))
        .addSubcommand(new CommandLine(new DecryptCommand(session)))
        .addSubcommand(new CommandLine(new SopsEditCommand(session)))
        .addSubcommand(new CommandLine(new SopsSetCommand(session)))
        .addSubcommand(new CommandLine(new SopsUnsetCommand(session)))
        .addSubcommand(new CommandLine(new RotateCommand(session)))
        .addSubcommand(new CommandLine(new UpdateKeysCommand(session)))
        .addSubcommand(new CommandLine(new ExecEnvCommand(session)))
        .addSubcommand(new CommandLine(new ExecFileCommand(session)))
        .addSubcommand(new CommandLine(new FileStatusCommand(session)))
        .addSubcommand(
            new CommandLine(new GroupsCommand())
                .addSubcommand(new CommandLine(new GroupsAddCommand(session)))
                .addSubcommand(new CommandLine(new GroupsDeleteCommand(session))));
  }

  /**
   * Takes the options away that every command takes and that mean something else to sops: {@code
   * -e} and {@code -p}. Projects and environments are nothing to it.
   */
  public static void takeAwayOptions(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    for (OptionSpec option : List.copyOf(spec.options())) {
      if (List.of("--project", "--env").contains(option.longestName())) {
        spec.remove(option);
      }
    }
    command.getSubcommands().values().forEach(SopsCommands::takeAwayOptions);
  }

  @Command(
      name = "sops",
      header = "Work with SOPS files: encrypt, decrypt, edit, run with their values.",
      description = {
        "A drop-in for sops: its commands and its older flags (pale sops -d FILE, -e, -r, -i; FILE"
            + " alone edits), its .sops.yaml, its exit statuses. No vault is needed. Short options"
            + " mean here what they mean to sops. docs/sops.md says what differs.",
        "",
        "Limits: the format leaves key names, comments, empty values and the choice of what is"
            + " encrypted without authentication; Pale warns of what it sees. A call from below a"
            + " known coding agent gets no plaintext."
      },
      synopsisSubcommandLabel = "COMMAND",
      footerHeading = "%nExamples:%n",
      footer = {"  pale sops decrypt secrets.yaml", "  pale sops exec-env secrets.env ./server"})
  private static final class SopsGroup {}

  @Command(
      name = "groups",
      header = "Add or delete a key group of a file.",
      description = {
        "With several groups, the data key is divided among them (Shamir), and as many must open as"
            + " the threshold says."
      },
      synopsisSubcommandLabel = "COMMAND",
      footerHeading = "%nExamples:%n",
      footer = {
        "  pale sops groups add -f secrets.yaml --age age1example -i",
        "  pale sops groups delete -f secrets.yaml -i 1"
      })
  private static final class GroupsCommand {}
}
