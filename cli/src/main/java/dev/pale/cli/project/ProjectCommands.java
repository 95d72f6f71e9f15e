package dev.pale.cli.project;

import dev.pale.cli.session.Session;
import picocli.CommandLine;

/** Builds {@code init}, {@code status} and {@code trust}. */
public final class ProjectCommands {
  private ProjectCommands() {}

  /** {@code pale init}. */
  public static CommandLine init(Session session) {
    return new CommandLine(new InitCommand(session));
  }

  /** {@code pale status}. */
  public static CommandLine status(Session session) {
    return new CommandLine(new StatusCommand(session));
  }

  /** {@code pale trust}. */
  public static CommandLine trust(Session session) {
    return new CommandLine(new TrustCommand(session))
        .addSubcommand(new CommandLine(new TrustListCommand(session)))
        .addSubcommand(new CommandLine(new TrustRemoveCommand(session)));
  }
}
