package dev.pale.gateway.http;

import java.io.IOException;

/** A response's body that ends with the connection. */
final class RemainingBody implements BodyReader {
  private final ByteSource source;
  private boolean ended;

  RemainingBody(ByteSource source) {
    this.source = source;
  }

  @Override
  public int read(byte[] buf, int off, int len) throws IOException {
    if (ended) {
      return -1;
    }
    if (len == 0) {
      return 0;
    }
    int count = source.read(buf, off, len);
    ended = count < 0;
    return count;
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public Headers trailers() {
    return new Headers();
  }

  @Override
  public int available() {
    return source.buffered();
  }
}
