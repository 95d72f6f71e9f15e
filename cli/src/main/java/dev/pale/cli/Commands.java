package dev.pale.cli;

import dev.pale.cli.age.AgeCommands;
import dev.pale.cli.edit.EditCommands;
import dev.pale.cli.environment.EnvCommands;
import dev.pale.cli.gateway.GatewayCommands;
import dev.pale.cli.help.HelpCommands;
import dev.pale.cli.inrepo.InRepoCommands;
import dev.pale.cli.keep.VaultCommands;
import dev.pale.cli.log.AuditCommands;
import dev.pale.cli.project.ProjectCommands;
import dev.pale.cli.provider.ProviderCommands;
import dev.pale.cli.reference.ReferenceCommands;
import dev.pale.cli.run.RunDescription;
import dev.pale.cli.secret.SecretCommands;
import dev.pale.cli.session.Session;
import dev.pale.cli.sops.SopsCommands;
import dev.pale.cli.transfer.TransferCommands;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** All commands. A call makes only the one that it names; help and typing errors make them all. */
final class Commands {
  private static final List<String> NAMES =
      List.of(
          "init",
          "set",
          "get",
          "list",
          "unset",
          "restore",
          "edit",
          "import",
          "export",
          "env",
          "history",
          "rollback",
          "run",
          "gateway",
          "read",
          "inject",
          "provider",
          "push",
          "age",
          "sops",
          "recipients",
          "audit",
          "vault",
          "lock",
          "unlock",
          "status",
          "trust",
          "completion",
          "version",
          "help");

  private Commands() {}

  /** The command line for these arguments. */
  static CommandLine commandLine(Session session, String... args) {
    CommandLine root = root(session);
    String wanted = args.length > 0 ? args[0] : "";
    if (NAMES.contains(wanted)) {
      add(root, wanted, session);
    } else {
      addAll(root, session);
    }
    return root;
  }

  /** The command line with every command. */
  static CommandLine whole(Session session) {
    CommandLine root = root(session);
    addAll(root, session);
    return root;
  }

  /** The names of a command's sub-commands; the root's are known without making them. */
  static Set<String> names(CommandLine at) {
    return at.getCommandName().equals("pale") ? Set.copyOf(NAMES) : at.getSubcommands().keySet();
  }

  private static CommandLine root(Session session) {
    CommandLine root = new CommandLine(new Pale());
    root.getCommandSpec().addMixin("globals", CommandSpec.forAnnotatedObject(session.globals()));
    root.getCommandSpec()
        .addOption(
            OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Print the version; the same as pale version.")
                .build());
    finish(root);
    return root;
  }

  private static void addAll(CommandLine root, Session session) {
    for (String name : NAMES) {
      add(root, name, session);
    }
  }

  private static void add(CommandLine root, String name, Session session) {
    CommandLine command =
        switch (name) {
          case "init" -> ProjectCommands.init(session);
          case "status" -> ProjectCommands.status(session);
          case "trust" -> ProjectCommands.trust(session);
          case "set" -> SecretCommands.set(session);
          case "get" -> SecretCommands.get(session);
          case "list" -> SecretCommands.list(session);
          case "unset" -> SecretCommands.unset(session);
          case "restore" -> SecretCommands.restore(session);
          case "history" -> SecretCommands.history(session);
          case "rollback" -> SecretCommands.rollback(session);
          case "edit" -> EditCommands.edit(session);
          case "import" -> TransferCommands.importFiles(session);
          case "export" -> TransferCommands.export(session);
          case "env" -> EnvCommands.env(session);
          case "run" -> RunDescription.run();
          case "gateway" -> GatewayCommands.gateway(session);
          case "read" -> ReferenceCommands.read(session);
          case "inject" -> ReferenceCommands.inject(session);
          case "provider" -> ProviderCommands.provider(session);
          case "push" -> ProviderCommands.push(session);
          case "age" -> AgeCommands.age(session);
          case "sops" -> SopsCommands.sops(session);
          case "recipients" -> InRepoCommands.recipients(session);
          case "audit" -> AuditCommands.audit(session);
          case "vault" -> VaultCommands.vault(session);
          case "lock" -> VaultCommands.lock(session);
          case "unlock" -> VaultCommands.unlock(session);
          case "completion" -> HelpCommands.completion(session, () -> whole(session));
          case "version" -> HelpCommands.version(session);
          case "help" -> HelpCommands.help(session, () -> whole(session));
          default -> throw new IllegalArgumentException(name);
        };
    root.addSubcommand(name, command);
    if (name.equals("age")) {
      // Its options are those of another program, some under the letters of ours.
      AgeCommands.addOptions(command);
    } else if (name.equals("sops")) {
      SopsCommands.takeAwayOptions(command);
    }
    finish(command);
  }

  private static void finish(CommandLine command) {
    command.setUsageHelpWidth(100);
    command
        .getCommandSpec()
        .usageMessage()
        .synopsisHeading("%nUsage: ")
        .descriptionHeading("%n")
        .parameterListHeading("%nArguments:%n")
        .optionListHeading("%nOptions:%n")
        .commandListHeading("%nCommands:%n")
        .abbreviateSynopsis(true);
    // What follows the first word that is no option belongs to the command that is run.
    command.setStopAtPositional(command.getCommandName().equals("run"));
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Explain this command.")
                .build());
    command.getSubcommands().values().forEach(Commands::finish);
  }

  /** The root. */
  @Command(
      name = "pale",
      header = "Keeps secrets in an encrypted vault and runs programs with them.",
      description = {"No telemetry, no network: the vault is a file on this machine."},
      synopsisSubcommandLabel = "COMMAND",
      footerHeading = "%nExamples:%n",
      footer = {"  pale init --import .env", "  pale run -- npm start"})
  private static final class Pale {}
}
