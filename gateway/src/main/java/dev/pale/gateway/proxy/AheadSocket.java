package dev.pale.gateway.proxy;

import dev.pale.gateway.http.HttpInput;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/**
 * A socket that reads ahead. The TLS layer reads the head of each record by itself, which would be
 * a call of the system for five bytes.
 */
final class AheadSocket extends Socket {
  private static final int AHEAD_BYTES = 8 * 1024;

  private @Nullable InputStream ahead;

  @Override
  public synchronized InputStream getInputStream() throws IOException {
    InputStream known = ahead;
    if (known == null) {
      known = new HttpInput(super.getInputStream(), AHEAD_BYTES).rest();
      ahead = known;
    }
    return known;
  }
}
