package dev.pale.system;

/** Shuts the doors through which other processes of the same user look into this one. */
public final class Hardening {
  private static final int PR_GET_DUMPABLE = 3;
  private static final int PR_SET_DUMPABLE = 4;

  private Hardening() {}

  /**
   * No core dump, no {@code ptrace}, no {@code /proc/<pid>/mem}, {@code environ}, {@code fd} or
   * {@code maps} for other processes of this user. Processes of root still can.
   *
   * <p>The kernel lifts it by itself at {@code execve}, so a program that takes this one's place,
   * or a child, behaves as if started directly. {@code RLIMIT_CORE} would be inherited and is
   * therefore left alone. Once shut, {@code /proc/self/environ} cannot be opened by this process
   * either (unless it is root's): read it before.
   */
  public static void closeDoors() {
    Processes.prctl(PR_SET_DUMPABLE, 0);
  }

  /** Whether the doors are shut. */
  public static boolean doorsAreClosed() {
    return Libc.callInt(Libc.function("prctl"), PR_GET_DUMPABLE, 0, 0) == 0;
  }
}
