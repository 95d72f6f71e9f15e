package dev.pale.delivery;

import dev.pale.secrets.Masker;
import dev.pale.secrets.Out;
import dev.pale.system.Descriptors;
import dev.pale.system.Errno;
import dev.pale.system.SystemCallException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Carries one stream of the child through a mask to one of our descriptors, on a thread of its own:
 * a reader of one stream who does not read must not hold up the other.
 *
 * <p>When our reader goes away, the pipe is closed, so that the child meets a broken pipe as it
 * would have met it directly.
 */
final class StreamRelay implements Out {
  /** A pipe holds at most so much for a user without privileges. */
  static final int PIPE_BYTES = 1 << 20;

  private static final int BUFFER_BYTES = 1 << 18;

  /** After the child's end: how long a silent pipe that someone holds open is listened to. */
  private static final int QUIET_MILLIS = 200;

  /** After the child's end: how long one that goes on talking is. */
  private static final long DRAIN_NANOS = 2_000_000_000L;

  private final int source;
  private final int sink;
  private final MaskSource maskSource;
  private @Nullable Masker mask;
  private final Descriptors.Pipe stop = Descriptors.pipe();
  private final ByteBuffer in = Descriptors.buffer(BUFFER_BYTES);
  private final ByteBuffer out = Descriptors.buffer(BUFFER_BYTES);
  private final byte[] bytes = new byte[BUFFER_BYTES];
  private final Thread thread;
  private volatile boolean childEnded;
  private long drainUntil;

  /**
   * A relay, not yet running.
   *
   * @param source what the child writes comes out here; closed at the end
   * @param sink where it goes; not closed
   */
  StreamRelay(String name, int source, int sink, MaskSource mask) {
    this.source = source;
    this.sink = sink;
    this.maskSource = mask;
    this.thread = new Thread(this::run, "pale-" + name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** The child has ended: what it wrote is still passed on, then the relay ends. */
  void finish() {
    childEnded = true;
    Descriptors.close(stop.writeEnd());
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    Descriptors.close(stop.readEnd());
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      relay();
      Masker own = mask;
      if (own != null) {
        own.finish(this);
      }
      flush();
    } catch (SystemCallException readerGone) {
      // EPIPE or a terminal that hung up: nobody is left to write to.
    } finally {
      Descriptors.close(source);
    }
  }

  private void relay() {
    int[] fds = {source, stop.readEnd()};
    int[] wanted = {Descriptors.READABLE, Descriptors.READABLE};
    int[] ready = new int[2];
    while (true) {
      Descriptors.poll(fds, wanted, ready, 0);
      if (ready[0] == 0) {
        Masker own = mask;
        if (own != null) {
          own.pause(this);
        }
        flush();
        if (!waitForMore(fds, wanted, ready)) {
          return;
        }
      }
      if (ready[0] != 0) {
        int n = read();
        if (n == 0) {
          return;
        }
        in.get(0, bytes, 0, n);
        masker().write(bytes, 0, n, this);
        flush();
      }
      if (childEnded && drainUntil != 0 && System.nanoTime() - drainUntil > 0) {
        return;
      }
    }
  }

  private Masker masker() {
    Masker own = mask;
    if (own == null) {
      own = maskSource.masker();
      mask = own;
    }
    return own;
  }

  /** Waits; false when the child has ended and nothing more comes. */
  private boolean waitForMore(int[] fds, int[] wanted, int[] ready) {
    if (!childEnded) {
      Descriptors.poll(fds, wanted, ready, -1);
      return true;
    }
    fds[1] = -1;
    if (drainUntil == 0) {
      drainUntil = System.nanoTime() + DRAIN_NANOS;
    }
    return Descriptors.poll(fds, wanted, ready, QUIET_MILLIS) > 0;
  }

  private int read() {
    try {
      return Descriptors.read(source, in);
    } catch (SystemCallException e) {
      // A pseudo-terminal says EIO when its last user has gone.
      if (e.errno() == Errno.EIO) {
        return 0;
      }
      throw e;
    }
  }

  @Override
  public void accept(byte[] buffer, int offset, int length) {
    int done = 0;
    while (done < length) {
      if (!out.hasRemaining()) {
        flush();
      }
      int n = Math.min(length - done, out.remaining());
      out.put(buffer, offset + done, n);
      done += n;
    }
  }

  private void flush() {
    if (out.position() > 0) {
      out.flip();
      Descriptors.writeFully(sink, out);
      out.clear();
    }
  }
}
