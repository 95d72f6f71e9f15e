package dev.pale.gateway.http;

import java.io.IOException;
import java.io.InputStream;

/** What was read ahead, then the stream itself. */
final class RestStream extends InputStream {
  private final ByteSource source;

  RestStream(ByteSource source) {
    this.source = source;
  }

  @Override
  public int read() throws IOException {
    return source.pos < source.limit ? source.buf[source.pos++] & 0xff : source.in.read();
  }

  @Override
  public int read(byte[] buf, int off, int len) throws IOException {
    return len == 0 ? 0 : source.read(buf, off, len);
  }

  @Override
  public int available() throws IOException {
    return source.buffered() + source.in.available();
  }

  @Override
  public void close() throws IOException {
    source.in.close();
  }
}
