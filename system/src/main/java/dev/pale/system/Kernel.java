package dev.pale.system;

/** Calls that the C library has no function for, by number. */
final class Kernel {
  private static final Libc.Function SYSCALL = Libc.function("syscall");
  private static final boolean ARM = isArm();

  static final long RT_SIGACTION = ARM ? 134 : 13;
  static final long RT_SIGPROCMASK = ARM ? 135 : 14;
  static final long ADD_KEY = ARM ? 217 : 248;
  static final long KEYCTL = ARM ? 219 : 250;

  private Kernel() {}

  private static boolean isArm() {
    return switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> false;
      case "aarch64" -> true;
      default -> throw new SystemCallException("syscall", Errno.ENOSYS);
    };
  }

  /** Answers -1 with {@link Libc#errno()} set when the kernel refuses. */
  static long call(long number, long a, long b, long c, long d, long e) {
    return Libc.call(SYSCALL, number, a, b, c, d, e);
  }
}
