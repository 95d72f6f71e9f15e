package dev.pale.delivery;

import dev.pale.system.Processes;
import dev.pale.system.Processes.Change;
import dev.pale.system.SignalState;
import dev.pale.system.Signals;
import java.util.List;
import java.util.Optional;

/**
 * Pale as the parent of a child: waits, hands signals on, stops and goes on with it, and lets all
 * its output pass before it says how the child ended.
 *
 * <p>Everything that the child leaves behind becomes a child of Pale instead of init's as long as
 * Pale lives, so that a signal finds it.
 */
final class Supervision implements RunningChild, ChildSignals.Target {
  /** What the kind of run adds: pipes or a terminal. */
  interface Surroundings {
    /** The processes that a signal is for. */
    List<ProcessTable.Entry> members();

    /** The group that a signal goes to as one; 0 when it must go to each member. */
    int group();

    /** Whether the terminal sends a signal to the child by itself. */
    boolean terminalSends(int signal);

    /** Window size, foreground. */
    void terminalChanged();

    /** The child was stopped: gives the terminal back and stops Pale; returns when continued. */
    void stopWithChild();

    /** Pale was continued: so is the child. */
    void resume();

    /** The child has ended: output passes, the terminal is given back. */
    void finish();
  }

  private final int child;
  private final Surroundings surroundings;
  private final Runnable cleanup;
  private final ChildSignals signals;
  private final Thread waiter;
  private volatile boolean running = true;
  private volatile int status = -1;

  /**
   * Takes over a child that was just started.
   *
   * @param signals listening since before the start
   * @param cleanup what is done once when the child has ended
   */
  Supervision(
      int child,
      ChildSignals signals,
      SignalState caller,
      Surroundings surroundings,
      Runnable cleanup) {
    this.child = child;
    this.surroundings = surroundings;
    this.cleanup = cleanup;
    this.signals = signals;
    signals.handOn(this, caller);
    // What changed between the start and now was not seen.
    surroundings.terminalChanged();
    this.waiter = new Thread(this::waitForEnd, "pale-child");
    waiter.start();
  }

  private void waitForEnd() {
    try {
      Change end = null;
      while (end == null) {
        // Any child: orphans of the child come to us, and nobody else would bury them.
        Change change = Processes.waitFor(-1, true);
        switch (change) {
          case Change.Exited exited when exited.pid() == child -> end = exited;
          case Change.Killed killed when killed.pid() == child -> end = killed;
          case Change.Stopped stopped when stopped.pid() == child -> mirrorStop();
          case Change.Nothing lost -> end = lost;
          default -> {}
        }
      }
      running = false;
      status =
          switch (end) {
            case Change.Exited exited -> exited.status();
            case Change.Killed killed -> 128 + killed.signal();
            default -> 125;
          };
      surroundings.finish();
    } finally {
      running = false;
      cleanup.run();
      signals.stop();
    }
  }

  /** The shell that waits for Pale shall see what it would have seen of the child. */
  private void mirrorStop() {
    Optional<ProcessTable.Entry> now = ProcessTable.find(child);
    if (now.isPresent() && now.get().isStopped()) {
      surroundings.stopWithChild();
      surroundings.resume();
    }
  }

  @Override
  public int await() {
    boolean interrupted = false;
    while (waiter.isAlive()) {
      try {
        waiter.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return status;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public void stop(long graceMillis) {
    long until = System.nanoTime() + graceMillis * 1_000_000;
    send(Signals.TERM);
    send(Signals.CONT);
    while (running && System.nanoTime() - until < 0) {
      try {
        waiter.join(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    if (running) {
      send(Signals.KILL);
    }
    await();
  }

  @Override
  public void send(int signal) {
    if (!running) {
      return;
    }
    int group = surroundings.group();
    if (group > 0) {
      Signals.trySend(-group, signal);
      return;
    }
    for (ProcessTable.Entry member : surroundings.members()) {
      Signals.trySend(member.pid(), signal);
    }
  }

  @Override
  public boolean terminalSends(int signal) {
    return surroundings.terminalSends(signal);
  }

  @Override
  public void terminalChanged() {
    surroundings.terminalChanged();
  }
}
