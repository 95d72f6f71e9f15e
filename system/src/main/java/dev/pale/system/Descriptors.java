package dev.pale.system;

import java.nio.ByteBuffer;

/**
 * Reading, writing and waiting on bare file descriptors, with buffers outside the heap.
 *
 * <p>All descriptors made here are close-on-exec. Buffers must be direct ({@link #buffer}). Calls
 * that a signal interrupted are repeated. Thread-safe.
 */
public final class Descriptors {
  /** Something can be read. */
  public static final int READABLE = 1;

  /** Something can be written. */
  public static final int WRITABLE = 4;

  /** An error, for a pipe: its reader is gone. */
  public static final int FAILED = 8;

  /** The other side is gone. */
  public static final int HUNG_UP = 16;

  private static final int O_RDWR = 2;
  private static final int O_NONBLOCK = 04000;
  private static final int O_CLOEXEC = 02000000;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int F_GETFD = 1;
  private static final int F_SETFD = 2;
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int F_SETPIPE_SZ = 1031;

  private static final Libc.Function READ = Libc.function("read");
  private static final Libc.Function WRITE = Libc.function("write");
  private static final Libc.Function POLL = Libc.function("poll");
  private static final Libc.Function FCNTL = Libc.function("fcntl");

  private Descriptors() {}

  /** The two ends of a pipe. */
  public record Pipe(int readEnd, int writeEnd) {}

  /** Zeroed memory outside the heap. */
  public static ByteBuffer buffer(int bytes) {
    return Libc.memory(bytes);
  }

  /** A new pipe. */
  public static Pipe pipe() {
    ByteBuffer ends = Libc.memory(8);
    Libc.check("pipe2", Libc.callInt(Libc.function("pipe2"), Libc.address(ends), O_CLOEXEC, 0));
    return new Pipe(ends.getInt(0), ends.getInt(4));
  }

  /** Opens an existing file, fifo or device; {@code flags} as {@code open(2)} has them. */
  public static int open(byte[] path, int flags) {
    ByteBuffer text = Libc.cString(path);
    int fd = Libc.callInt(Libc.function("open"), Libc.address(text), flags | O_CLOEXEC, 0);
    Libc.keep(text);
    return Libc.check("open", fd);
  }

  /** Whether there is a file or folder of this path, links followed. */
  public static boolean exists(byte[] path) {
    ByteBuffer text = Libc.cString(path);
    int result = Libc.callInt(Libc.function("access"), Libc.address(text), 0, 0);
    Libc.keep(text);
    return result == 0;
  }

  /** Opens this process's controlling terminal; -1 when it has none. */
  public static int openControllingTerminal() {
    try {
      return open(new byte[] {'/', 'd', 'e', 'v', '/', 't', 't', 'y'}, O_RDWR);
    } catch (SystemCallException none) {
      return -1;
    }
  }

  /** Asks for a larger pipe; the kernel may refuse, which costs speed only. */
  public static void widenPipe(int fd, int bytes) {
    Libc.callInt(FCNTL, fd, F_SETPIPE_SZ, bytes);
  }

  /**
   * Reads what is there into the whole buffer, from its start, and sets its limit.
   *
   * @return the number of bytes; 0 at the end of the stream
   */
  public static int read(int fd, ByteBuffer buffer) {
    buffer.clear();
    while (true) {
      long n = Libc.call(READ, fd, Libc.address(buffer), buffer.capacity(), 0, 0, 0);
      if (n >= 0) {
        return buffer.limit((int) n).limit();
      }
      if (Libc.errno() != Errno.EINTR) {
        throw new SystemCallException("read", Libc.errno());
      }
    }
  }

  /** Writes everything between the buffer's position and limit, waiting when need be. */
  public static void writeFully(int fd, ByteBuffer buffer) {
    while (buffer.hasRemaining()) {
      int n = write(fd, buffer);
      if (n == 0) {
        poll(new int[] {fd}, new int[] {WRITABLE}, new int[1], -1);
      }
    }
  }

  /** Writes what can be written now and moves the position; 0 when nothing can. */
  public static int write(int fd, ByteBuffer buffer) {
    while (true) {
      long n = Libc.call(WRITE, fd, Libc.address(buffer), buffer.remaining(), 0, 0, 0);
      // The address is that of the position: a segment of a buffer begins there.
      if (n >= 0) {
        buffer.position(buffer.position() + (int) n);
        return (int) n;
      }
      if (Libc.errno() == Errno.EAGAIN) {
        return 0;
      }
      if (Libc.errno() != Errno.EINTR) {
        throw new SystemCallException("write", Libc.errno());
      }
    }
  }

  /**
   * Waits until one of the descriptors is ready, a signal came, or the time is over.
   *
   * @param fds descriptors; negative ones are passed over
   * @param wanted {@link #READABLE} and {@link #WRITABLE} for each
   * @param ready filled with what each is ready for, {@link #FAILED} and {@link #HUNG_UP} included
   * @param timeoutMillis 0 to look only, negative to wait without limit
   * @return how many are ready; 0 after a signal or the time
   */
  public static int poll(int[] fds, int[] wanted, int[] ready, int timeoutMillis) {
    ByteBuffer table = Libc.memory(8 * fds.length);
    for (int i = 0; i < fds.length; i++) {
      table.putInt(8 * i, fds[i]);
      table.putShort(8 * i + 4, (short) wanted[i]);
    }
    int n = Libc.callInt(POLL, Libc.address(table), fds.length, timeoutMillis);
    if (n == -1 && Libc.errno() != Errno.EINTR && Libc.errno() != Errno.EAGAIN) {
      throw new SystemCallException("poll", Libc.errno());
    }
    for (int i = 0; i < fds.length; i++) {
      ready[i] = n > 0 ? table.getShort(8 * i + 6) : 0;
    }
    Libc.keep(table);
    return Math.max(n, 0);
  }

  /** Closes; a second time is harmless only if the number was not given out again. */
  public static void close(int fd) {
    if (fd >= 0) {
      Libc.callInt(Libc.function("close"), fd, 0, 0);
    }
  }

  /** Puts {@code target} in the place of a copy of {@code source}; it is inherited by a program. */
  public static void duplicateTo(int source, int target) {
    Libc.check("dup2", Libc.callInt(Libc.function("dup2"), source, target, 0));
  }

  /** A copy with a number of at least {@code atLeast}. */
  public static int duplicate(int fd, int atLeast) {
    return Libc.check("fcntl", Libc.callInt(FCNTL, fd, F_DUPFD_CLOEXEC, atLeast));
  }

  /** Whether the descriptor is closed by {@code execve}; false too when it is not open. */
  public static boolean isCloseOnExec(int fd) {
    int flags = Libc.callInt(FCNTL, fd, F_GETFD, 0);
    return flags != -1 && (flags & 1) != 0;
  }

  /** Whether {@code execve} shall close the descriptor. */
  public static void setCloseOnExec(int fd, boolean close) {
    Libc.check("fcntl", Libc.callInt(FCNTL, fd, F_SETFD, close ? 1 : 0));
  }

  /**
   * Makes calls on the open file fail instead of wait. Never for a file that other processes share,
   * such as a terminal: the mode belongs to the open file, not to the descriptor.
   */
  public static void setNonBlocking(int fd) {
    int flags = Libc.check("fcntl", Libc.callInt(FCNTL, fd, F_GETFL, 0));
    Libc.check("fcntl", Libc.callInt(FCNTL, fd, F_SETFL, flags | O_NONBLOCK));
  }

  /** Whether the descriptor is open at all. */
  public static boolean isOpen(int fd) {
    return Libc.callInt(FCNTL, fd, F_GETFD, 0) != -1;
  }

  /** Whether the descriptor is a terminal. */
  public static boolean isTerminal(int fd) {
    return Libc.callInt(Libc.function("isatty"), fd, 0, 0) == 1;
  }
}
