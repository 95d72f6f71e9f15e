package dev.pale.cli;

import dev.pale.cli.context.Context;
import dev.pale.cli.gateway.GatewayFront;
import dev.pale.cli.prompt.TerminalEcho;
import dev.pale.cli.run.RunFront;
import dev.pale.cli.run.Training;
import dev.pale.system.Folders;
import dev.pale.system.Processes;
import java.nio.file.Path;

/** The process's entry: {@code run} goes its own short way, all else through the parser. */
public final class Main {
  private Main() {}

  /** Files both ways, so that the cache knows the loops that matter; only when it is recorded. */
  private static int trainAge() {
    int status = 0;
    for (String[] call :
        new String[][] {
          {"age", "keygen", "-o", "key"},
          {"age", "-e", "-i", "key", "-o", "sealed", "plain"},
          {"age", "-d", "-i", "key", "-o", "opened", "sealed"}
        }) {
      status = Math.max(status, new Cli(Context.ofProcess(), new TerminalEcho()).run(call));
    }
    return status;
  }

  /** A whole session with a command that does nothing, then some hundred requests. */
  private static int trainGateway(String... args) {
    int status = GatewayFront.run(args);
    dev.pale.gateway.Rehearsal.run(
        Folders.create(Path.of("rehearsal").toAbsolutePath(), Context.ofProcess().uid()));
    return status;
  }

  /** Runs a command and ends the process with its status. */
  public static void main(String[] args) {
    // A library that finds no logger says so on stderr, which belongs to Pale and the child.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    int status =
        RunFront.isMine(args)
            ? RunFront.run(args)
            : GatewayFront.isMine(args) && !Training.isOn()
                ? GatewayFront.run(args)
                : RunFront.NOT_MINE;
    if (status == RunFront.NOT_MINE) {
      status =
          args.length == 1 && args[0].equals(Training.COMMAND)
              ? Training.makeVault()
              : Training.isOn() && args[0].equals("age")
                  ? trainAge()
                  : Training.isOn() && args[0].equals("gateway")
                      ? trainGateway(args)
                      : new Cli(Context.ofProcess(), new TerminalEcho()).run(args);
    }
    if (!Training.isOn()) {
      // Not System.exit: it starts the JDK's logging to note the exit, which costs 30 ms. Commands
      // have flushed and cleaned up by now; hooks are for the ends that come from outside.
      if (GatewayFront.isMine(args)) {
        Processes.exit(status);
      }
      Runtime.getRuntime().halt(status);
    }
  }
}
