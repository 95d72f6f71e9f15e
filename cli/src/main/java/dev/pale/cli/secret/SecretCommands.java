package dev.pale.cli.secret;

import dev.pale.cli.session.Session;
import picocli.CommandLine;

/** Builds {@code set}, {@code get}, {@code list}, {@code unset}, {@code history} and their kin. */
public final class SecretCommands {
  private SecretCommands() {}

  /** {@code pale set}. */
  public static CommandLine set(Session session) {
    return new CommandLine(new SetCommand(session));
  }

  /** {@code pale get}. */
  public static CommandLine get(Session session) {
    return new CommandLine(new GetCommand(session));
  }

  /** {@code pale list}. */
  public static CommandLine list(Session session) {
    return new CommandLine(new ListCommand(session));
  }

  /** {@code pale unset}. */
  public static CommandLine unset(Session session) {
    return new CommandLine(new UnsetCommand(session));
  }

  /** {@code pale restore}. */
  public static CommandLine restore(Session session) {
    return new CommandLine(new RestoreCommand(session));
  }

  /** {@code pale history}. */
  public static CommandLine history(Session session) {
    return new CommandLine(new HistoryCommand(session));
  }

  /** {@code pale rollback}. */
  public static CommandLine rollback(Session session) {
    return new CommandLine(new RollbackCommand(session));
  }
}
