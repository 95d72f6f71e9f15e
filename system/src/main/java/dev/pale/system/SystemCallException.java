package dev.pale.system;

/**
 * A Linux call that failed. Holds the call's name and the kernel's answer, never the call's
 * arguments.
 */
public final class SystemCallException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final int errno;

  /**
   * A failed call.
   *
   * @param call name of the function, for instance {@code execve}
   * @param errno the error number as Linux defines it, see {@link Errno}
   */
  public SystemCallException(String call, int errno) {
    super(call + ": " + Errno.text(errno));
    this.call = call;
    this.errno = errno;
  }

  /** Name of the function. */
  public String call() {
    return call;
  }

  /** The error number, see {@link Errno}. */
  public int errno() {
    return errno;
  }

  /** What the error number means, lower case. */
  public String text() {
    return Errno.text(errno);
  }
}
