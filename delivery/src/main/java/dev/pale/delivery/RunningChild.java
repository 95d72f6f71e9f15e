package dev.pale.delivery;

/** A child whose parent Pale stays. Thread-safe. */
public interface RunningChild {
  /** Waits for the end, and for all output to have passed; answers with the exit status. */
  int await();

  /** Whether it still runs. */
  boolean isRunning();

  /**
   * Ends it: TERM to its whole group, and KILL after the grace time to what is still there. Returns
   * when it has ended.
   */
  void stop(long graceMillis);
}
