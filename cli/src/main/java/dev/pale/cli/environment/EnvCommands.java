package dev.pale.cli.environment;

import dev.pale.cli.session.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Builds {@code pale env} with its sub-commands. */
public final class EnvCommands {
  private EnvCommands() {}

  /** {@code pale env}. */
  public static CommandLine env(Session session) {
    return new CommandLine(new EnvCommand())
        .addSubcommand(new CommandLine(new EnvListCommand(session)))
        .addSubcommand(new CommandLine(new EnvCreateCommand(session)))
        .addSubcommand(new CommandLine(new EnvCopyCommand(session)))
        .addSubcommand(new CommandLine(new EnvDeleteCommand(session)))
        .addSubcommand(new CommandLine(new EnvDiffCommand(session)));
  }

  @Command(
      name = "env",
      header = "List, create, copy, delete and compare environments.",
      description = {
        "An environment holds the secrets of one stage of a project: dev, staging, prod."
      },
      synopsisSubcommandLabel = "COMMAND",
      footerHeading = "%nExamples:%n",
      footer = {"  pale env list", "  pale env diff dev prod"})
  private static final class EnvCommand {}
}
