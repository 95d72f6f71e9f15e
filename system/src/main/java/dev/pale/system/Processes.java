package dev.pale.system;

import java.nio.ByteBuffer;

/** Identities, waiting and limits. Thread-safe. */
public final class Processes {
  private static final int WNOHANG = 1;
  private static final int WUNTRACED = 2;
  private static final int WCONTINUED = 8;
  private static final int PR_SET_PDEATHSIG = 1;
  private static final int PR_SET_CHILD_SUBREAPER = 36;

  private Processes() {}

  /** What became of a child. */
  public sealed interface Change {
    /** The child this is about. */
    int pid();

    /** It ended by itself. */
    record Exited(int pid, int status) implements Change {}

    /** A signal ended it. */
    record Killed(int pid, int signal) implements Change {}

    /** A signal stopped it. */
    record Stopped(int pid, int signal) implements Change {}

    /** It goes on after a stop. */
    record Continued(int pid) implements Change {}

    /** There is no such child (any more), or, without waiting, nothing new. */
    record Nothing(int pid) implements Change {}
  }

  /** This process. */
  public static int pid() {
    return number("getpid");
  }

  /** This process's parent. */
  public static int parent() {
    return number("getppid");
  }

  /** This process's group. */
  public static int group() {
    return number("getpgrp");
  }

  /** The session of a process, 0 for this one. */
  public static int session(int pid) {
    return Libc.callInt(Libc.function("getsid"), pid, 0, 0);
  }

  /** The real user id. */
  public static int user() {
    return number("getuid");
  }

  /** The effective user id. */
  public static int effectiveUser() {
    return number("geteuid");
  }

  /** The group in the foreground of a terminal; -1 when the descriptor is none of ours. */
  public static int foregroundGroup(int terminal) {
    return Libc.callInt(Libc.function("tcgetpgrp"), terminal, 0, 0);
  }

  /** Puts a group into the foreground; the caller ignores TTOU. False when the kernel refuses. */
  public static boolean setForegroundGroup(int terminal, int group) {
    return Libc.callInt(Libc.function("tcsetpgrp"), terminal, group, 0) == 0;
  }

  /**
   * Waits for a child's change.
   *
   * @param pid the child, or -1 for any
   * @param block whether to wait for a change
   */
  public static Change waitFor(int pid, boolean block) {
    return waitFor(pid, block, WUNTRACED | WCONTINUED);
  }

  /** Waits until a child has ended, passing over stops. */
  public static Change waitForEnd(int pid) {
    return waitFor(pid, true, 0);
  }

  private static Change waitFor(int pid, boolean block, int what) {
    ByteBuffer status = Libc.memory(8);
    var waitpid = Libc.function("waitpid");
    while (true) {
      int who = Libc.callInt(waitpid, pid, Libc.address(status), what | (block ? 0 : WNOHANG));
      if (who > 0) {
        return decode(who, status.getInt(0));
      }
      if (who == 0 || Libc.errno() != Errno.EINTR) {
        return new Change.Nothing(pid);
      }
    }
  }

  private static Change decode(int pid, int status) {
    int low = status & 0x7f;
    int high = (status >> 8) & 0xff;
    if (status == 0xffff) {
      return new Change.Continued(pid);
    }
    if (low == 0) {
      return new Change.Exited(pid, high);
    }
    return low == 0x7f ? new Change.Stopped(pid, high) : new Change.Killed(pid, low);
  }

  /** Orphaned descendants become this process's children instead of init's. */
  public static void adoptOrphans(boolean on) {
    prctl(PR_SET_CHILD_SUBREAPER, on ? 1 : 0);
  }

  /** The signal this process gets when its parent thread ends; 0 for none. */
  public static void signalOnParentDeath(int signal) {
    prctl(PR_SET_PDEATHSIG, signal);
  }

  static void prctl(int operation, long value) {
    Libc.check("prctl", Libc.callInt(Libc.function("prctl"), operation, value, 0));
  }

  /** Soft and hard limit of a resource; -1 means none. */
  public record Limit(long soft, long hard) {}

  /** Core dumps, in bytes. */
  public static final int LIMIT_CORE = 4;

  /** Open files. */
  public static final int LIMIT_FILES = 7;

  /** A resource's limits. */
  public static Limit limit(int resource) {
    ByteBuffer pair = Libc.memory(16);
    Libc.check(
        "getrlimit", Libc.callInt(Libc.function("getrlimit"), resource, Libc.address(pair), 0));
    return new Limit(pair.getLong(0), pair.getLong(8));
  }

  /** Sets a resource's limits. */
  public static void setLimit(int resource, Limit limit) {
    ByteBuffer pair = Libc.memory(16);
    pair.putLong(0, limit.soft()).putLong(8, limit.hard());
    int result = Libc.callInt(Libc.function("setrlimit"), resource, Libc.address(pair), 0);
    Libc.keep(pair);
    Libc.check("setrlimit", result);
  }

  /**
   * Ends this process at once, as {@code _exit(2)} does. The JVM's own way waits 0.3 s for threads
   * that sit in a call of the system, as those that listen do; nothing of the JVM's runs any more.
   */
  public static void exit(int status) {
    Libc.callInt(Libc.function("_exit"), status, 0, 0);
  }

  private static int number(String function) {
    return Libc.callInt(Libc.function(function), 0, 0, 0);
  }
}
