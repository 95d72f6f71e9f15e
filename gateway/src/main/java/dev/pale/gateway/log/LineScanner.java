package dev.pale.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/** Goes through the lines of a log that are not empty, from a position on. */
final class LineScanner {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

  /** Position in the file of the buffer's first byte. */
  private long base;

  private long start;
  private byte[] line = {};

  LineScanner(FileChannel channel, long from) {
    this.channel = channel;
    base = from;
    buffer.limit(0);
  }

  /** Goes to the next line; false when there is no further one that has ended. */
  boolean next() throws IOException {
    while (true) {
      while (buffer.hasRemaining()) {
        if (buffer.get() != '\n') {
          buffer.position(buffer.position() - 1);
          return toItsEnd();
        }
      }
      if (!fill()) {
        return false;
      }
    }
  }

  private boolean toItsEnd() throws IOException {
    while (true) {
      int from = buffer.position();
      byte[] bytes = buffer.array();
      for (int i = from; i < buffer.limit(); i++) {
        if (bytes[i] == '\n') {
          start = base + from;
          line = Arrays.copyOfRange(bytes, from, i);
          buffer.position(i + 1);
          return true;
        }
      }
      if (from == 0 && buffer.limit() == buffer.capacity()) {
        throw new IOException("a line of a request log is too long");
      }
      if (!fill()) {
        return false;
      }
    }
  }

  private boolean fill() throws IOException {
    base += buffer.position();
    buffer.compact();
    int n = channel.read(buffer, base + buffer.position());
    buffer.flip();
    return n > 0;
  }

  /** Where the line begins. */
  long start() {
    return start;
  }

  /** After its line feed. */
  long end() {
    return start + line.length + 1;
  }

  byte[] line() {
    return line;
  }
}
