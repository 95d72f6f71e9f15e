package dev.pale.cli.run;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What {@code pale run} takes, as help, completion and the man page know it. The command itself is
 * read and done by {@link RunFront}, without this class.
 */
@Command(
    name = "run",
    header = "Run a command that gets the secrets in its environment.",
    description = {
      "Reads the secrets of the environment and replaces Pale by the command, which has the same"
          + " process id and terminal. Its exit status is the status of the call; 125 says that Pale"
          + " failed and the command was not started, 126 that it cannot be executed, 127 that there"
          + " is none, 128+N that signal N ended it.",
      "",
      "Output is masked when standard output or error is not a terminal, or a coding agent calls:"
          + " Pale then stays as the parent, and every secret in the output, also in its common"
          + " encodings, becomes [pale:NAME].",
      "",
      "Limits: the command has the values, and so has everything that it starts and every process of"
          + " your user that reads its /proc/PID/environ. Masking stops accidents, not a command that"
          + " means to encode a value in a way of its own.",
    },
    synopsisSubcommandLabel = "",
    customSynopsis = {"pale run [OPTIONS] -- COMMAND [ARGUMENTS...]"},
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale run -- npm start",
      "  pale run -e prod --only DATABASE_URL -- ./migrate.sh",
      "  pale run --env-file app.env -- ./server"
    })
final class RunOptions {
  @Option(
      names = "--only",
      paramLabel = "NAMES",
      description = "Only these secrets, separated by commas; one that is missing is an error.")
  List<String> only = new ArrayList<>();

  @Option(
      names = "--except",
      paramLabel = "NAMES",
      description = "All secrets but these, separated by commas.")
  List<String> except = new ArrayList<>();

  @Option(
      names = "--clean-env",
      description = "Start from an empty environment but for PATH, HOME, TERM and their like.")
  boolean cleanEnv;

  @Option(
      names = "--env-file",
      paramLabel = "FILE",
      description =
          "Values in addition; a secret of the same name wins. References in it, such as"
              + " op://vault/item/field, are read.")
  List<String> envFiles = new ArrayList<>();

  @Option(names = "--mask", description = "Mask the output, also on a terminal.")
  boolean mask;

  @Option(
      names = "--no-mask",
      description = "Do not mask; only for a person, and only on a terminal.")
  boolean noMask;

  @Option(names = "--watch", description = "Start the command again when a value changes.")
  boolean watch;

  @Option(
      names = "--offline",
      description = "Of external stores, use kept values alone, and say how old they are.")
  boolean offline;

  @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "The command, after --.")
  List<String> command = new ArrayList<>();

  /** {@code pale run}, for help alone. */
  static CommandLine describe() {
    return new CommandLine(new RunOptions());
  }
}
