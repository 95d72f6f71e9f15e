package dev.pale.gateway.inject;

import dev.pale.secrets.Out;
import java.util.Locale;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Inflates a compressed body on the side, so that a guard can look inside (RFC 1952, RFC 1950, RFC
 * 1951; RFC 9110, section 8.4.1). Bounded: {@value #MOST_BYTES} bytes, and {@value #MOST_RATIO}
 * times what came once that is more than {@value #RATIO_FROM}.
 *
 * <p>Not thread-safe.
 */
final class SideInflater implements AutoCloseable {
  private static final long MOST_BYTES = 64L << 20;
  private static final long MOST_RATIO = 500;
  private static final long RATIO_FROM = 8L << 20;
  private static final Out NOWHERE = (b, off, len) -> {};
  private static final int HEADER_BYTES = 10;
  private static final int TRAILER_BYTES = 8;

  /** Where the stream is. */
  private enum State {
    BEGIN,
    EXTRA_LENGTH,
    EXTRA,
    NAME,
    COMMENT,
    HEADER_CHECK,
    DATA,
    TRAILER,
    END
  }

  private final BodyGuard inside;
  private final boolean gzip;
  private final byte[] small = new byte[HEADER_BYTES];
  private final byte[] out = new byte[16 * 1024];
  private State state = State.BEGIN;
  private int got;
  private int flags;
  private int extra;
  private @Nullable Inflater inflater;
  private long in;
  private long inflated;

  private SideInflater(boolean gzip, BodyGuard inside) {
    this.gzip = gzip;
    this.inside = inside;
  }

  /** One for a content coding that can be looked into; null for others and for none. */
  static @Nullable SideInflater forEncoding(String contentEncoding, BodyGuard outer) {
    if (contentEncoding.isEmpty()) {
      return null;
    }
    return switch (contentEncoding.trim().toLowerCase(Locale.ROOT)) {
      case "gzip", "x-gzip" -> new SideInflater(true, outer.inner());
      case "deflate" -> new SideInflater(false, outer.inner());
      default -> null;
    };
  }

  void write(byte[] b, int off, int len) {
    in += len;
    int i = off;
    int end = off + len;
    while (i < end) {
      i =
          switch (state) {
            case DATA -> data(b, i, end);
            case END -> end;
            default -> gzip ? header(b, i) : zlib(b, i);
          };
    }
  }

  /** One byte of what stands around the data of a gzip member. */
  private int header(byte[] b, int at) {
    int c = b[at] & 0xff;
    switch (state) {
      case BEGIN -> {
        if (got == 0 && c == 0 && inflated > 0) {
          // Zeroes after the last member are padding.
          return at + 1;
        }
        small[got++] = (byte) c;
        if (got == HEADER_BYTES) {
          if (small[0] != 0x1f || small[1] != (byte) 0x8b || small[2] != 8) {
            throw Alarms.undecodable();
          }
          flags = small[3];
          next((flags & 4) != 0 ? State.EXTRA_LENGTH : State.EXTRA);
        }
      }
      case EXTRA_LENGTH -> {
        extra |= c << (8 * got++);
        if (got == 2) {
          next(State.EXTRA);
        }
      }
      case EXTRA -> {
        if (--extra == 0) {
          next(State.NAME);
        }
      }
      case NAME -> {
        if (c == 0) {
          next(State.COMMENT);
        }
      }
      case COMMENT -> {
        if (c == 0) {
          next(State.HEADER_CHECK);
        }
      }
      case HEADER_CHECK -> {
        if (++got == 2) {
          next(State.DATA);
        }
      }
      default -> {
        if (++got == TRAILER_BYTES) {
          next(State.BEGIN);
        }
      }
    }
    return at + 1;
  }

  /** The next state that this header has something for. */
  private void next(State wanted) {
    State to = wanted;
    got = 0;
    if (to == State.BEGIN) {
      extra = 0;
    }
    if (to == State.EXTRA && extra == 0) {
      to = State.NAME;
    }
    if (to == State.NAME && (flags & 8) == 0) {
      to = State.COMMENT;
    }
    if (to == State.COMMENT && (flags & 16) == 0) {
      to = State.HEADER_CHECK;
    }
    if (to == State.HEADER_CHECK && (flags & 2) == 0) {
      to = State.DATA;
    }
    state = to;
    if (to == State.DATA) {
      restart(true);
    }
  }

  private void restart(boolean bare) {
    close();
    inflater = new Inflater(bare);
  }

  /** {@code deflate} means zlib, but some send it bare. */
  private int zlib(byte[] b, int at) {
    small[got++] = b[at];
    if (got < 2) {
      return at + 1;
    }
    int both = (small[0] & 0xff) << 8 | (small[1] & 0xff);
    boolean wrapped = (small[0] & 0x0f) == 8 && both % 31 == 0;
    restart(!wrapped);
    state = State.DATA;
    int used = data(small, 0, 2);
    if (used < 2) {
      throw Alarms.undecodable();
    }
    return at + 1;
  }

  private int data(byte[] b, int from, int end) {
    Inflater running = inflater;
    if (running == null) {
      throw Alarms.undecodable();
    }
    running.setInput(b, from, end - from);
    try {
      while (true) {
        int n = running.inflate(out);
        inflated += n;
        if (inflated > MOST_BYTES || (inflated > RATIO_FROM && inflated / MOST_RATIO > in)) {
          throw Alarms.tooLargeInside();
        }
        if (n > 0) {
          inside.write(out, 0, n, NOWHERE);
        } else if (running.finished()) {
          state = gzip ? State.TRAILER : State.END;
          got = 0;
          return end - running.getRemaining();
        } else if (running.needsDictionary()) {
          throw Alarms.undecodable();
        } else {
          return end;
        }
      }
    } catch (DataFormatException e) {
      throw Alarms.undecodable();
    }
  }

  /** The end of the body: the stream must have ended. */
  void finish() {
    boolean whole = in == 0 || state == State.END || (gzip && state == State.BEGIN && got == 0);
    if (!whole) {
      throw Alarms.undecodable();
    }
    inside.finish(NOWHERE);
    close();
  }

  @Override
  public void close() {
    Inflater running = inflater;
    inflater = null;
    if (running != null) {
      running.end();
    }
  }
}
