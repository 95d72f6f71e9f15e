package dev.pale.cli.age;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Writes on a thread of its own, so that a file is read and encrypted while what is done is
 * written. What fits into one block is written by the caller: a short file starts no thread.
 *
 * <p>Blocks are written in order. A failure to write is thrown by a later call. Not thread-safe.
 */
final class BackgroundOutput extends OutputStream {
  private static final int BLOCKS = 4;

  /** No block has this length: it tells the thread to end. */
  private static final Block END = new Block(0);

  private final OutputStream out;
  private final BlockingQueue<Block> full = new ArrayBlockingQueue<>(BLOCKS + 1);
  private final BlockingQueue<Block> empty = new ArrayBlockingQueue<>(BLOCKS + 1);
  private Block filling = new Block(AgeCommand.BLOCK_BYTES);
  private int blocks = 1;
  private boolean closed;
  private @Nullable Thread writer;
  private volatile @Nullable IOException failure;

  /** Writing failed, as opposed to reading. */
  static final class WriteFailed extends IOException {
    private static final long serialVersionUID = 1L;

    WriteFailed(IOException cause) {
      super(cause);
    }
  }

  private static final class Block {
    final byte[] bytes;
    int length;

    Block(int size) {
      bytes = new byte[size];
    }
  }

  BackgroundOutput(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int at = offset;
    int left = length;
    while (left > 0) {
      if (filling.length == filling.bytes.length) {
        handOver();
      }
      int count = Math.min(left, filling.bytes.length - filling.length);
      System.arraycopy(bytes, at, filling.bytes, filling.length, count);
      filling.length += count;
      at += count;
      left -= count;
    }
  }

  /** Takes all that comes, straight into the blocks. */
  void transferFrom(InputStream in) throws IOException {
    while (true) {
      if (filling.length == filling.bytes.length) {
        handOver();
      }
      int count = in.read(filling.bytes, filling.length, filling.bytes.length - filling.length);
      if (count < 0) {
        return;
      }
      filling.length += count;
    }
  }

  private void handOver() throws IOException {
    check();
    if (writer == null) {
      writer = Thread.ofPlatform().daemon().name("age-writer").start(this::writeAll);
    }
    try {
      full.put(filling);
      if (blocks < BLOCKS) {
        blocks++;
        filling = new Block(AgeCommand.BLOCK_BYTES);
      } else {
        filling = empty.take();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void writeAll() {
    try {
      for (Block block = full.take(); block != END; block = full.take()) {
        try {
          // After a failure blocks still go round, so that the other side comes to ask.
          if (failure == null) {
            out.write(block.bytes, 0, block.length);
          }
        } catch (IOException e) {
          failure = e;
        }
        block.length = 0;
        empty.put(block);
      }
    } catch (InterruptedException abandoned) {
      // Nobody waits for the rest.
    }
  }

  private void check() throws IOException {
    IOException failed = failure;
    if (failed != null) {
      throw new WriteFailed(failed);
    }
  }

  /** Writes what is left, and closes. */
  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      try {
        settle();
        finish();
      } finally {
        Arrays.fill(filling.bytes, (byte) 0);
        empty.forEach(block -> Arrays.fill(block.bytes, (byte) 0));
      }
    }
  }

  private void finish() throws WriteFailed {
    try (out) {
      out.write(filling.bytes, 0, filling.length);
    } catch (IOException e) {
      throw new WriteFailed(e);
    }
  }

  /** Ends after a failure elsewhere: what was given is still written, and failing is no news. */
  void abandon() {
    try {
      close();
    } catch (IOException known) {
      // The failure that led here is already on its way to the user.
    }
  }

  private void settle() throws IOException {
    Thread running = writer;
    if (running != null) {
      try {
        full.put(END);
        running.join();
      } catch (InterruptedException e) {
        running.interrupt();
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
    check();
  }
}
