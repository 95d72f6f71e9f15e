package dev.pale.cli.run;

/** The path of {@code pale run} that needs no command line library. */
public final class RunFront {
  private RunFront() {}

  /** What {@link #run} returns when the general parser must handle the call. */
  public static final int NOT_MINE = -1;

  /**
   * Runs the command.
   *
   * @param args all arguments, {@code run} first
   * @return the exit status, or {@link #NOT_MINE}
   */
  public static int run(String[] args) {
    return NOT_MINE;
  }
}
