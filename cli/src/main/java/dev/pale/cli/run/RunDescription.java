package dev.pale.cli.run;

import picocli.CommandLine;

/** {@code pale run} as help, completion and man pages know it. */
public final class RunDescription {
  private RunDescription() {}

  /** The options of {@code pale run}; executing it does nothing. */
  public static CommandLine run() {
    return RunOptions.describe();
  }
}
