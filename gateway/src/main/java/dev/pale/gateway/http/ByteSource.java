package dev.pale.gateway.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** A stream and the bytes read ahead of it. What lies in {@code [pos, limit)} is not consumed. */
final class ByteSource {
  final InputStream in;
  byte[] buf;
  int pos;
  int limit;

  ByteSource(InputStream in, int bufferBytes) {
    this.in = in;
    this.buf = new byte[Math.max(bufferBytes, 64)];
  }

  int buffered() {
    return limit - pos;
  }

  /**
   * Reads more behind what is there.
   *
   * @return false at the end of the stream
   */
  boolean fill() throws IOException {
    if (pos == limit) {
      pos = 0;
      limit = 0;
    } else if (limit == buf.length) {
      makeRoom();
    }
    int count = in.read(buf, limit, buf.length - limit);
    if (count > 0) {
      limit += count;
    }
    return count >= 0;
  }

  private void makeRoom() {
    if (pos > 0) {
      System.arraycopy(buf, pos, buf, 0, limit - pos);
      limit -= pos;
      pos = 0;
    } else {
      byte[] larger = Arrays.copyOf(buf, buf.length * 2);
      Arrays.fill(buf, (byte) 0);
      buf = larger;
    }
  }

  /**
   * The index of the line feed that ends the line at {@code pos}.
   *
   * <p>Lines are only looked at when they are whole, so that the outcome depends on the bytes and
   * never on how they were cut into reads.
   *
   * @param bound how many bytes the line may have with its line feed
   * @return the index, or -1 when so many bytes are here and none is a line feed
   * @throws EOFException when the stream ends in the line
   */
  int lineEnd(int bound) throws IOException {
    int scanned = 0;
    while (true) {
      int known = Math.min(limit - pos, bound);
      int found = lineFeed(pos + scanned, pos + known);
      if (found >= 0) {
        return found;
      }
      if (known == bound) {
        return -1;
      }
      scanned = known;
      if (!fill()) {
        throw new EOFException("the connection ended in a line");
      }
    }
  }

  /** As {@link #lineEnd}, but -1 as well when more would have to be read. */
  int lineEndBuffered(int bound) {
    return lineFeed(pos, pos + Math.min(limit - pos, bound));
  }

  private int lineFeed(int from, int to) {
    byte[] bytes = buf;
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** Takes bytes out of the buffer. */
  int take(byte[] target, int off, int len) {
    int count = Math.min(len, limit - pos);
    System.arraycopy(buf, pos, target, off, count);
    pos += count;
    return count;
  }

  /**
   * Reads body bytes: from the buffer when it holds some, else straight from the stream.
   *
   * @return -1 at the end of the stream
   */
  int read(byte[] target, int off, int len) throws IOException {
    return pos < limit ? take(target, off, len) : in.read(target, off, len);
  }

  void wipe() {
    Arrays.fill(buf, (byte) 0);
    pos = 0;
    limit = 0;
  }
}
