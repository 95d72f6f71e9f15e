package dev.pale.gateway.websocket;

import dev.pale.secrets.Out;
import java.util.Arrays;

/** Bytes that wait for the head of their frame. Wiped when they are taken. */
final class Collected implements Out {
  private static final int KEPT_BYTES = 64 * 1024;

  private byte[] bytes = new byte[1024];
  private int size;

  @Override
  public void accept(byte[] b, int off, int len) {
    if (len > bytes.length - size) {
      byte[] larger = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + len));
      Arrays.fill(bytes, 0, size, (byte) 0);
      bytes = larger;
    }
    System.arraycopy(b, off, bytes, size, len);
    size += len;
  }

  byte[] bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  byte[] copy() {
    return Arrays.copyOf(bytes, size);
  }

  void clear() {
    Arrays.fill(bytes, 0, size, (byte) 0);
    size = 0;
    if (bytes.length > KEPT_BYTES) {
      bytes = new byte[1024];
    }
  }
}
