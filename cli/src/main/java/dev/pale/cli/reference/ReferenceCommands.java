package dev.pale.cli.reference;

import dev.pale.cli.session.Session;
import picocli.CommandLine;

/** Builds {@code pale read} and {@code pale inject}. */
public final class ReferenceCommands {
  private ReferenceCommands() {}

  /** {@code pale read}. */
  public static CommandLine read(Session session) {
    return new CommandLine(new ReadCommand(session));
  }

  /** {@code pale inject}. */
  public static CommandLine inject(Session session) {
    return new CommandLine(new InjectCommand(session));
  }
}
