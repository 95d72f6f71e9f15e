package dev.pale.cli.log;

import dev.pale.cli.session.Session;
import picocli.CommandLine;

/** Builds {@code pale audit} with {@code verify}. */
public final class AuditCommands {
  private AuditCommands() {}

  /** {@code pale audit}. */
  public static CommandLine audit(Session session) {
    return new CommandLine(new AuditCommand(session))
        .addSubcommand(new CommandLine(new AuditVerifyCommand(session)));
  }
}
