package dev.pale.cli.edit;

import dev.pale.cli.session.Session;
import picocli.CommandLine;

/** Builds {@code edit}. */
public final class EditCommands {
  private EditCommands() {}

  /** {@code pale edit}. */
  public static CommandLine edit(Session session) {
    return new CommandLine(new EditCommand(session));
  }
}
