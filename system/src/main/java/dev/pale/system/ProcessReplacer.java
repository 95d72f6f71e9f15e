package dev.pale.system;

import java.nio.ByteBuffer;

/**
 * Puts another program in this process's place: same process id, terminal, group, working folder,
 * umask, limits and open descriptors, apart from those marked close-on-exec.
 *
 * <p>The kernel ends all other threads. No shutdown hook runs, no buffered stream is flushed: flush
 * what must be seen before.
 */
public final class ProcessReplacer {
  private ProcessReplacer() {}

  /**
   * Runs the program in place of this one; returns only by exception.
   *
   * @param file path of the program; no search
   * @param image arguments and environment
   * @param signals what the program shall ignore and block
   * @return never
   * @throws SystemCallException when the kernel refuses; this process then goes on as before, its
   *     own signal handling restored
   */
  public static SystemCallException replace(byte[] file, ProgramImage image, SignalState signals) {
    var execve = Libc.function("execve");
    ByteBuffer path = Libc.cString(file);
    Signals.Undo undo = Signals.inherit(signals);
    int errno;
    try {
      Libc.call(
          execve,
          Libc.address(path),
          image.argumentsAddress(),
          image.environmentAddress(),
          0,
          0,
          0);
      errno = Libc.errno();
    } finally {
      undo.run();
      Libc.keep(path);
      Libc.keep(image);
    }
    throw new SystemCallException("execve", errno);
  }
}
