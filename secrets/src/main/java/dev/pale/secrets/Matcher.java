package dev.pale.secrets;

import java.util.Objects;

/**
 * Finds {@link Needles} in a stream of bytes that arrives in pieces, and says where.
 *
 * <p>The stream is looked at twice: as it is, and with complete terminal escape sequences taken
 * out, so that a value with colour codes between its bytes is found as well. For each position
 * where needles end, the longest in each look is reported, in ascending order of the end; whoever
 * takes the union of all reports has every occurrence of every needle. Where the pieces are split
 * makes no difference.
 *
 * <p>Costs: time linear in the stream in the worst case, at most {@value #ESCAPE_LIMIT} bytes plus
 * the longest needle of look-behind, no allocation per piece.
 *
 * <p>It does not keep bytes: positions count from 0 at the beginning of the stream. {@link Masker}
 * is the user that keeps what is undecided.
 *
 * <p>Not thread-safe: one matcher belongs to one stream. Many may share one {@link Needles}.
 */
public final class Matcher {
  /**
   * Escape sequences inside one partial match: once there are more bytes of them than this, the
   * partial match is reported as if it were whole.
   */
  static final int ESCAPE_LIMIT = 4096;

  private final Automaton automaton;
  private final Found found;
  private final StrippedView stripped;

  /** State over the plain stream. */
  private int state = Automaton.ROOT;

  /** State of {@link Escapes}. */
  private int escape = Escapes.TEXT;

  private long escapeStart;

  /** Where the last escape sequence ended. */
  private long textSince;

  private long position;

  /** Takes what is found. */
  @FunctionalInterface
  public interface Found {
    /**
     * A needle ends here.
     *
     * @param label number of its label in {@link Needles#labels()}
     * @param start position of its first byte in the stream
     * @param end position after its last byte
     */
    void found(int label, long start, long end);
  }

  Matcher(Automaton automaton, Found found) {
    this.automaton = automaton;
    this.found = found;
    this.stripped = new StrippedView(automaton);
  }

  /**
   * Looks at the next piece of the stream.
   *
   * @throws IllegalStateException when the needles were closed
   */
  public void feed(byte[] buf, int off, int len) {
    Objects.checkFromIndexSize(off, len, buf.length);
    automaton.requireUsable();
    if (!automaton.isEmpty()) {
      int end = off + len;
      long shift = position - off;
      int i = off;
      while (i < end) {
        if (escape == Escapes.TEXT && stripped.isIdle()) {
          i = plain(buf, i, end, shift);
        } else {
          i = amongEscapes(buf, i, end, shift);
        }
      }
    }
    position += len;
  }

  /** Bytes seen so far. */
  public long position() {
    return position;
  }

  /** What is found from now on starts at this position or later. */
  public long undecidedFrom() {
    long plain = position - automaton.depth[automaton.incomplete(state)];
    return stripped.isIdle() ? plain : Math.min(plain, stripped.held());
  }

  /**
   * Whether the undecided bytes are so few that showing them would tell little: at most 7, and at
   * most a quarter of every needle that they may be the beginning of. True when there are none.
   */
  public boolean undecidedIsLittle() {
    return automaton.releasable(state) && stripped.releasable();
  }

  /** Forgets the stream, for another one. */
  public void reset() {
    state = Automaton.ROOT;
    escape = Escapes.TEXT;
    escapeStart = 0;
    textSince = 0;
    position = 0;
    stripped.end();
  }

  /** Goes on where both looks are the same; returns at the end or after an escape character. */
  private int plain(byte[] buf, int from, int end, long shift) {
    Automaton a = automaton;
    int[] depth = a.depth;
    int[] out = a.out;
    int skip = a.skip;
    int s = state;
    int i = from;
    int walkUntil = from;
    while (i < end) {
      int d = depth[s];
      // With no more than `skip` bytes of a needle seen, one of the windows from here on is
      // tested at a place where that needle put one, so the state can be dropped. Only
      // bytes after `from` are read again: an escape character must be seen just once.
      if (i >= walkUntil && d <= skip && i - d >= from && end - i >= 4) {
        int low = i - d;
        int at = a.skim(buf, i, end);
        walkUntil = at + 4 > end ? end : at + 4;
        i = Math.max(low, at - skip);
        s = Automaton.ROOT;
      }
      byte b = buf[i++];
      if (b == Escapes.ESC) {
        long p = shift + i - 1;
        stripped.begin(a.shorten(s, p - textSince), p);
        escape = Escapes.BEGUN;
        escapeStart = p;
        state = a.step(s, b);
        report(out[state], p + 1);
        return i;
      }
      s = a.step(s, b);
      if (out[s] != 0) {
        report(out[s], shift + i);
      }
    }
    state = s;
    return i;
  }

  /** Goes on inside an escape sequence, or where the two looks differ. */
  private int amongEscapes(byte[] buf, int from, int end, long shift) {
    int i = from;
    while (i < end) {
      byte b = buf[i++];
      long after = shift + i;
      state = automaton.step(state, b);
      report(automaton.out[state], after);
      boolean inSequence = escape != Escapes.TEXT;
      if (inSequence) {
        sequence(b, after);
      } else if (b == Escapes.ESC) {
        escape = Escapes.BEGUN;
        escapeStart = after - 1;
      } else {
        int o = stripped.step(b);
        if (o != 0) {
          found.found(automaton.needleLabel[o - 1], stripped.foundAt(), after);
        }
        if (stripped.depth() <= after - textSince) {
          stripped.end();
        }
      }
      if (!stripped.isIdle()) {
        limit(after, inSequence);
      } else if (escape == Escapes.TEXT) {
        return i;
      }
    }
    return i;
  }

  private void sequence(byte b, long after) {
    int next = Escapes.step(escape, b);
    if (next == Escapes.AGAIN) {
      stripped.end();
      escapeStart = after - 2;
      textSince = after - 2;
      next = Escapes.step(Escapes.BEGUN, b);
    }
    if (next == Escapes.BAD) {
      stripped.end();
      textSince = after - 1;
      next = Escapes.TEXT;
      if (b == Escapes.ESC) {
        next = Escapes.BEGUN;
        escapeStart = after - 1;
      }
    } else if (next == Escapes.TEXT) {
      stripped.leaveOut(after - escapeStart);
      textSince = after;
    }
    escape = next;
  }

  private void limit(long after, boolean inSequence) {
    boolean little = stripped.releasable();
    // A sequence that was let through in part is let through to its end, for the terminal's sake.
    boolean halfShown = little && inSequence && stripped.held() > escapeStart;
    if (!halfShown && after - stripped.held() - stripped.depth() <= ESCAPE_LIMIT) {
      return;
    }
    if (!little) {
      found.found(stripped.label(), stripped.held(), after);
    }
    stripped.free(after);
  }

  private void report(int output, long end) {
    if (output != 0) {
      int needle = output - 1;
      found.found(automaton.needleLabel[needle], end - automaton.needleLength[needle], end);
    }
  }
}
