package dev.pale.gateway.http;

import java.io.IOException;
import java.io.InputStream;

/**
 * What was read ahead, then the stream itself. Small pieces come out of the buffer: TLS reads the
 * five bytes of a record's head first, and each read of a socket is a call of the system.
 */
final class RestStream extends InputStream {
  private final ByteSource source;

  RestStream(ByteSource source) {
    this.source = source;
  }

  @Override
  public int read() throws IOException {
    if (source.buffered() == 0 && !source.fill()) {
      return -1;
    }
    return source.buf[source.pos++] & 0xff;
  }

  @Override
  public int read(byte[] buf, int off, int len) throws IOException {
    if (len == 0) {
      return 0;
    }
    if (source.buffered() == 0 && len < source.buf.length / 2 && !source.fill()) {
      return -1;
    }
    return source.read(buf, off, len);
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
