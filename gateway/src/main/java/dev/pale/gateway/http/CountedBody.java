package dev.pale.gateway.http;

import java.io.EOFException;
import java.io.IOException;

/** A body of so many bytes, perhaps none. */
final class CountedBody implements BodyReader {
  private final ByteSource source;
  private long left;

  CountedBody(ByteSource source, long bytes) {
    this.source = source;
    this.left = bytes;
  }

  @Override
  public int read(byte[] buf, int off, int len) throws IOException {
    if (left == 0) {
      return -1;
    }
    if (len == 0) {
      return 0;
    }
    int count = source.read(buf, off, (int) Math.min(len, left));
    if (count < 0) {
      throw new EOFException("the connection ended before the body's length was reached");
    }
    left -= count;
    return count;
  }

  @Override
  public boolean ended() {
    return left == 0;
  }

  @Override
  public Headers trailers() {
    return new Headers();
  }

  @Override
  public int available() {
    return (int) Math.min(source.buffered(), left);
  }
}
