package dev.pale.cli.transfer;

import dev.pale.cli.session.Session;
import picocli.CommandLine;

/** Builds {@code import} and {@code export}. */
public final class TransferCommands {
  private TransferCommands() {}

  /** {@code pale import}. */
  public static CommandLine importFiles(Session session) {
    return new CommandLine(new ImportCommand(session));
  }

  /** {@code pale export}. */
  public static CommandLine export(Session session) {
    return new CommandLine(new ExportCommand(session));
  }
}
