package dev.pale.gateway.approve;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lines over a socket: bounded in length, bounded in time. A call that takes longer than its time
 * ends with an {@link IOException}, and the socket is closed. One thread at a time.
 */
final class LineChannel implements AutoCloseable {
  private final ByteChannel channel;
  private final int mostBytes;
  private ByteBuffer buffer = ByteBuffer.allocate(4096).limit(0);

  LineChannel(ByteChannel channel, int mostBytes) {
    this.channel = channel;
    this.mostBytes = mostBytes;
  }

  /**
   * A line without its end; null when the other side closed between lines.
   *
   * @throws EOFException when it closed within one
   * @throws IOException also when the line is too long or took too long
   */
  byte @Nullable [] read(Duration most) throws IOException {
    byte[] line = takeLine(0);
    if (line != null) {
      return line;
    }
    try (Deadline _ = new Deadline(most)) {
      while (true) {
        int seen = buffer.remaining();
        if (seen >= mostBytes) {
          throw new IOException("the line is too long");
        }
        fillable();
        int count = channel.read(buffer);
        buffer.flip();
        if (count < 0) {
          if (seen == 0) {
            return null;
          }
          throw new EOFException("the line is cut off");
        }
        line = takeLine(seen);
        if (line != null) {
          return line;
        }
      }
    }
  }

  /** Makes place behind what is there. */
  private void fillable() {
    if (buffer.remaining() == buffer.capacity()) {
      buffer = ByteBuffer.allocate(Math.min(buffer.capacity() * 2, mostBytes + 1)).put(buffer);
    } else {
      buffer.compact();
    }
  }

  private byte @Nullable [] takeLine(int from) {
    for (int i = buffer.position() + from; i < buffer.limit(); i++) {
      if (buffer.get(i) == '\n') {
        byte[] line = Arrays.copyOfRange(buffer.array(), buffer.position(), i);
        buffer.position(i + 1);
        return line;
      }
    }
    return null;
  }

  void write(String line, Duration most) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    try (Deadline _ = new Deadline(most)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing is left to be done with it.
    }
  }

  /** Channels have no timeouts: a thread closes the channel when the time is over. */
  private final class Deadline implements AutoCloseable {
    private final Thread thread;

    Deadline(Duration most) {
      thread =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  Thread.sleep(most);
                  LineChannel.this.close();
                } catch (InterruptedException inTime) {
                  // The call was done before.
                }
              });
    }

    @Override
    public void close() {
      thread.interrupt();
    }
  }
}
