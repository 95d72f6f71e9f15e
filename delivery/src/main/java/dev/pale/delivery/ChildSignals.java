package dev.pale.delivery;

import dev.pale.system.SignalState;
import dev.pale.system.Signals;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * What Pale as a parent does with signals: hand them on, once, to all that belongs to the child.
 *
 * <p>QUIT is ignored while the child runs: the virtual machine would print all its threads to
 * standard output. The kernel's USR2 belongs to the virtual machine unless the launcher sets {@code
 * _JAVA_SR_SIGNUM}; where it cannot be taken, it is not handed on.
 */
final class ChildSignals {
  /** Whom signals go to. */
  interface Target {
    /** Sends to everything that belongs to the child. */
    void send(int signal);

    /** Whether the terminal sends this signal to the child itself. */
    boolean terminalSends(int signal);

    /** The terminal's window has another size, or Pale was continued. */
    void terminalChanged();
  }

  private static final String[] NAMES = {"HUP", "INT", "TERM", "USR1", "USR2", "ALRM"};
  private static final int[] NUMBERS = {
    Signals.HUP, Signals.INT, Signals.TERM, Signals.USR1, Signals.USR2, Signals.ALRM
  };

  private final List<Signal> taken = new ArrayList<>();
  private final List<SignalHandler> before = new ArrayList<>();
  private final List<Integer> early = new ArrayList<>();
  private @Nullable Target target;

  private ChildSignals() {}

  /**
   * Starts listening, before the child is started: what comes before {@link #handOn} is kept for
   * it. Signals that the caller ignores stay ignored.
   */
  static ChildSignals listen(SignalState caller) {
    ChildSignals result = new ChildSignals();
    Signals.ignore(Signals.QUIT);
    for (int i = 0; i < NAMES.length; i++) {
      int number = NUMBERS[i];
      if (!caller.ignores(number)) {
        result.take(NAMES[i], signal -> result.came(number));
      }
    }
    return result;
  }

  /** From now on signals go to the child, first those that came too early. */
  void handOn(Target child, SignalState caller) {
    List<Integer> waiting;
    synchronized (early) {
      target = child;
      waiting = List.copyOf(early);
      early.clear();
    }
    for (int number : waiting) {
      send(child, number);
    }
    // Where the terminal stops the child, it must stop Pale too: the default does that.
    if (!caller.ignores(Signals.TSTP) && !child.terminalSends(Signals.TSTP)) {
      take("TSTP", signal -> came(Signals.TSTP));
    }
    take("WINCH", signal -> child.terminalChanged());
    take("CONT", signal -> child.terminalChanged());
  }

  private void came(int number) {
    Target child;
    synchronized (early) {
      child = target;
      if (child == null) {
        early.add(number);
        return;
      }
    }
    send(child, number);
  }

  private static void send(Target child, int number) {
    if (!child.terminalSends(number)) {
      child.send(number);
    }
  }

  private void take(String name, SignalHandler handler) {
    try {
      Signal signal = new Signal(name);
      SignalHandler old = Signal.handle(signal, handler);
      taken.add(signal);
      before.add(old);
    } catch (IllegalArgumentException ownedByTheVirtualMachine) {
      // Documented above; the others still work.
    }
  }

  /** Gives the signals back. */
  void stop() {
    for (int i = 0; i < taken.size(); i++) {
      Signal.handle(taken.get(i), before.get(i));
    }
    taken.clear();
    before.clear();
  }
}
