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
    int status = RunFront.isMine(args) ? RunFront.run(args) : RunFront.NOT_MINE;
    if (status == RunFront.NOT_MINE) {
      status =
          args.length == 1 && args[0].equals(Training.COMMAND)
              ? Training.makeVault()
              : new Cli(Context.ofProcess(), new TerminalEcho()).run(args);
    }
    if (!Training.isOn()) {
      // Not System.exit: it starts the JDK's logging to note the exit, which costs 30 ms. Commands
      // have flushed and cleaned up by now; hooks are for the ends that come from outside.
      Runtime.getRuntime().halt(status);
    }
  }
}
