package dev.pale.cli;

import dev.pale.cli.context.Context;
import dev.pale.cli.prompt.TerminalEcho;
import dev.pale.cli.run.RunFront;
import dev.pale.cli.run.Training;

/** The process's entry: {@code run} goes its own short way, all else through the parser. */
public final class Main {
  private Main() {}

  /** Runs a command and ends the process with its status. */
  public static void main(String[] args) {
    // A library that finds no logger says so on stderr, which belongs to Pale and the child.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    if (RunFront.isMine(args)) {
      int status = RunFront.run(args);
      if (status != RunFront.NOT_MINE) {
        System.exit(status);
      }
    }
    if (args.length == 1 && args[0].equals(Training.COMMAND)) {
      System.exit(Training.makeVault());
    }
    System.exit(new Cli(Context.ofProcess(), new TerminalEcho()).run(args));
  }
}
