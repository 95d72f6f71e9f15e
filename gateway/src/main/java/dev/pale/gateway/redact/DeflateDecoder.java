package dev.pale.gateway.redact;

import dev.pale.secrets.Out;

/**
 * {@code deflate}: the zlib format (RFC 1950), and the bare format (RFC 1951) that some servers
 * send under this name.
 */
final class DeflateDecoder extends InflatingDecoder {
  private static final int NONE = -1;

  private int first = NONE;
  private boolean started;

  @Override
  int step(byte[] b, int from, int to, Out sink) {
    if (started) {
      if (inflated()) {
        throw Codings.undecodable("something follows its compressed data");
      }
      return inflate(b, from, to, sink);
    }
    if (first == NONE) {
      first = b[from] & 0xff;
      return from + 1;
    }
    int second = b[from] & 0xff;
    // CM is 8, the window at most 32 KiB, and the first two bytes are a multiple of 31.
    boolean zlib = (first & 15) == 8 && first >> 4 <= 7 && (first << 8 | second) % 31 == 0;
    start(!zlib);
    started = true;
    byte[] head = {(byte) first, (byte) second};
    inflate(head, 0, 2, sink);
    return from + 1;
  }

  @Override
  void unpacked(byte[] b, int len) {}

  @Override
  boolean complete() {
    return inflated();
  }

  @Override
  void reset() {
    super.reset();
    first = NONE;
    started = false;
  }
}
