package dev.pale.cli.help;

import dev.pale.cli.session.Session;
import java.util.function.Supplier;
import picocli.CommandLine;

/** Builds {@code help}, {@code completion} and {@code version}. */
public final class HelpCommands {
  private HelpCommands() {}

  /**
   * {@code pale help}.
   *
   * @param whole makes the command line with every command
   */
  public static CommandLine help(Session session, Supplier<CommandLine> whole) {
    return new CommandLine(new HelpCommand(session, whole));
  }

  /** {@code pale completion}. */
  public static CommandLine completion(Session session, Supplier<CommandLine> whole) {
    return new CommandLine(new CompletionCommand(session, whole));
  }

  /** {@code pale version}. */
  public static CommandLine version(Session session) {
    return new CommandLine(new VersionCommand(session));
  }

  /** The text that {@code pale version} prints. */
  public static String versionText() {
    return VersionCommand.text();
  }
}
