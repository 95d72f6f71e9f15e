package dev.pale.system;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Signal numbers (the same on x86-64 and aarch64), dispositions and masks, by the kernel's own
 * calls: the C library hides signals 32 and 33, which a child inherits all the same.
 */
public final class Signals {
  public static final int HUP = 1;
  public static final int INT = 2;
  public static final int QUIT = 3;
  public static final int KILL = 9;
  public static final int USR1 = 10;
  public static final int USR2 = 12;
  public static final int PIPE = 13;
  public static final int ALRM = 14;
  public static final int TERM = 15;
  public static final int CHLD = 17;
  public static final int CONT = 18;
  public static final int STOP = 19;
  public static final int TSTP = 20;
  public static final int TTIN = 21;
  public static final int TTOU = 22;
  public static final int WINCH = 28;

  /** The highest signal number. */
  static final int LAST = 64;

  /** {@code struct sigaction} of the kernel: handler, flags, restorer, mask. */
  private static final int ACTION_BYTES = 32;

  private static final int SET_BYTES = 8;
  private static final long SIG_DFL = 0;
  private static final long SIG_IGN = 1;
  private static final long SIG_SETMASK = 2;

  private Signals() {}

  /** Ignores a signal from now on, in the whole process. */
  public static void ignore(int signal) {
    setHandler(signal, SIG_IGN);
  }

  /** Gives a signal its default effect from now on, in the whole process. */
  public static void restoreDefault(int signal) {
    setHandler(signal, SIG_DFL);
  }

  /** Sends a signal: to a process, to a group (negative), or checks for existence with signal 0. */
  public static void send(long pid, int signal) {
    Libc.check("kill", Libc.callInt(Libc.function("kill"), pid, signal, 0));
  }

  /** As {@link #send}, for a process that may be gone: false when nothing could be sent. */
  public static boolean trySend(long pid, int signal) {
    return Libc.callInt(Libc.function("kill"), pid, signal, 0) == 0;
  }

  /**
   * Stops the whole group of this process as Ctrl-Z does, this process certainly; returns when it
   * is continued. A handler for TSTP is set aside for so long.
   */
  public static void stopOwnGroup() {
    ByteBuffer handler = Libc.memory(ACTION_BYTES);
    readAction(TSTP, handler);
    setHandler(TSTP, SIG_DFL);
    try {
      send(0, TSTP);
      // Another thread may take the signal; the stop reaches this one a moment later.
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      writeAction(TSTP, handler);
    }
  }

  /** This process's ignored signals and this thread's blocked ones. */
  public static SignalState current() {
    ByteBuffer action = Libc.memory(ACTION_BYTES);
    long ignored = 0;
    for (int signal = 1; signal <= LAST; signal++) {
      if (readAction(signal, action) && action.getLong(0) == SIG_IGN) {
        ignored |= 1L << (signal - 1);
      }
    }
    return new SignalState(ignored, exchangeMask(false, 0));
  }

  /**
   * Sets this thread's mask.
   *
   * @return the mask before
   */
  static long setMask(long blocked) {
    return exchangeMask(true, blocked);
  }

  private static long exchangeMask(boolean change, long blocked) {
    ByteBuffer sets = Libc.memory(2 * SET_BYTES);
    sets.putLong(0, blocked);
    long address = Libc.address(sets);
    Libc.check(
        "rt_sigprocmask",
        Kernel.call(
            Kernel.RT_SIGPROCMASK,
            SIG_SETMASK,
            change ? address : 0,
            address + SET_BYTES,
            SET_BYTES,
            0));
    long before = sets.getLong(SET_BYTES);
    Libc.keep(sets);
    return before;
  }

  private static void setHandler(int signal, long handler) {
    ByteBuffer action = Libc.memory(ACTION_BYTES);
    action.putLong(0, handler);
    writeAction(signal, action);
  }

  static boolean readAction(int signal, ByteBuffer action) {
    long result = Kernel.call(Kernel.RT_SIGACTION, signal, 0, Libc.address(action), SET_BYTES, 0);
    Libc.keep(action);
    return result == 0;
  }

  static void writeAction(int signal, ByteBuffer action) {
    Libc.check(
        "rt_sigaction",
        Kernel.call(Kernel.RT_SIGACTION, signal, Libc.address(action), 0, SET_BYTES, 0));
    Libc.keep(action);
  }

  /**
   * Makes the dispositions those of the state, as far as they survive {@code execve} (handlers do
   * not: they become the default by themselves).
   *
   * @return what undoes it
   */
  static Undo inherit(SignalState state) {
    Undo undo = new Undo(setMask(-1L));
    try {
      for (int signal = 1; signal <= LAST; signal++) {
        if (signal == KILL || signal == STOP) {
          continue;
        }
        ByteBuffer before = Libc.memory(ACTION_BYTES);
        if (!readAction(signal, before)) {
          continue;
        }
        boolean ignoredNow = before.getLong(0) == SIG_IGN;
        if (ignoredNow != state.ignores(signal)) {
          ByteBuffer after = Libc.memory(ACTION_BYTES);
          after.putLong(0, ignoredNow ? SIG_DFL : SIG_IGN);
          writeAction(signal, after);
          undo.actions[signal] = before;
        }
      }
      setMask(state.blocked());
      return undo;
    } catch (SystemCallException e) {
      undo.run();
      throw e;
    }
  }

  /**
   * Ignores more signals for a moment, with all signals held back so that none is lost on the way:
   * a child can only inherit that a signal is ignored.
   */
  static Undo alsoIgnore(long ignored) {
    Undo undo = new Undo(setMask(-1L));
    for (int signal = 1; signal <= LAST; signal++) {
      if ((ignored & (1L << (signal - 1))) == 0 || signal == KILL || signal == STOP) {
        continue;
      }
      ByteBuffer before = Libc.memory(ACTION_BYTES);
      if (readAction(signal, before) && before.getLong(0) != SIG_IGN) {
        ByteBuffer after = Libc.memory(ACTION_BYTES);
        after.putLong(0, SIG_IGN);
        writeAction(signal, after);
        undo.actions[signal] = before;
      }
    }
    return undo;
  }

  /** Puts dispositions and the mask back. */
  static final class Undo {
    private final @Nullable ByteBuffer[] actions = new @Nullable ByteBuffer[LAST + 1];
    private final long mask;

    private Undo(long mask) {
      this.mask = mask;
    }

    void run() {
      for (int signal = 1; signal <= LAST; signal++) {
        ByteBuffer before = actions[signal];
        if (before != null) {
          writeAction(signal, before);
        }
      }
      setMask(mask);
    }
  }
}
