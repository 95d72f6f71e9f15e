package dev.pale.gateway.redact;

import dev.pale.secrets.Out;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** What gzip and deflate have in common: compressed data (RFC 1951) between something else. */
abstract sealed class InflatingDecoder extends Decoder permits GzipDecoder, DeflateDecoder {
  private static final int BUFFER_BYTES = 16 * 1024;

  private @Nullable Inflater inflater;
  private byte[] buffer = {};

  /** Whether a byte was seen at all. */
  private boolean begun;

  @Override
  final void write(byte[] b, int off, int len, Out sink) {
    begun |= len > 0;
    int at = off;
    int end = off + len;
    while (at < end) {
      at = step(b, at, end, sink);
    }
  }

  /** Takes at least one of the bytes; returns where it stopped. */
  abstract int step(byte[] b, int from, int to, Out sink);

  /** Whether the body may end here. */
  abstract boolean complete();

  /** The compressed data begins. */
  final void start(boolean raw) {
    inflater = new Inflater(raw);
    if (buffer.length == 0) {
      buffer = new byte[BUFFER_BYTES];
    }
  }

  /** The same, after the end of another one of the same kind. */
  final void again() {
    if (inflater == null) {
      start(true);
    } else {
      inflater.reset();
    }
  }

  /** Inflates; returns where it stopped. It is complete when {@link #inflated} says so. */
  final int inflate(byte[] b, int from, int to, Out sink) {
    Inflater own = inflater;
    if (own == null) {
      throw new IllegalStateException("closed");
    }
    own.setInput(b, from, to - from);
    try {
      while (true) {
        int n = own.inflate(buffer, 0, buffer.length);
        if (n > 0) {
          unpacked(buffer, n);
          sink.accept(buffer, 0, n);
        } else if (own.needsInput() || own.finished()) {
          return to - own.getRemaining();
        } else {
          throw Codings.undecodable("it needs a dictionary that is not part of it");
        }
      }
    } catch (DataFormatException e) {
      throw Codings.undecodable("its compressed data is damaged");
    }
  }

  /** Told of inflated bytes, before they go on. */
  abstract void unpacked(byte[] b, int len);

  final boolean inflated() {
    return inflater != null && inflater.finished();
  }

  @Override
  final void finish(Out sink) {
    // Servers declare a coding for empty bodies too.
    if (begun && !complete()) {
      throw Codings.undecodable("its compressed data is cut short");
    }
  }

  @Override
  void reset() {
    close();
    begun = false;
  }

  @Override
  final void close() {
    Inflater own = inflater;
    if (own != null) {
      own.end();
      inflater = null;
    }
    Arrays.fill(buffer, (byte) 0);
  }
}
