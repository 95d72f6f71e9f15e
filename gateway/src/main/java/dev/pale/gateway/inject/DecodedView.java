package dev.pale.gateway.inject;

import dev.pale.secrets.Matcher;
import dev.pale.secrets.Needles;
import java.util.Arrays;

/**
 * The second look at a body: with its escapes undone. It sleeps while the plain look sees the same
 * bytes, and knows for each of its own positions where that is in the body.
 */
final class DecodedView {
  /** So many bytes without an escape end a run of them. */
  private static final int CLOSE_BYTES = 24;

  private final Matcher matcher;
  private final byte[] decoded = new byte[1024];
  private boolean active;

  /** The body's position where this look began. */
  private long base;

  /** Escapes that are not decided: position here, and how much longer all up to here are there. */
  private long[] at = new long[8];

  private long[] longer = new long[8];
  private int escapes;

  /** How much longer those are in the body that were decided since. */
  private long longerBefore;

  DecodedView(Needles needles, Hits hits) {
    this.matcher = needles.matcher(hits);
  }

  boolean isActive() {
    return active;
  }

  void reset() {
    active = false;
    escapes = 0;
  }

  /** Begins to look, with the byte at this position of the body; an escape must follow. */
  void wake(long from) {
    matcher.reset();
    active = true;
    base = from;
    escapes = 0;
    longerBefore = 0;
  }

  /** Bytes that are the same in both looks. */
  void literal(byte[] b, int from, int to) {
    if (to > from) {
      matcher.feed(b, from, to - from);
      settle();
    }
  }

  /**
   * Takes an escape, and the escapes and other bytes that follow it closely.
   *
   * @param at where the first escape begins
   * @return the position after what was taken
   */
  int decode(byte[] b, int at, int end, boolean last) {
    active = true;
    int n = 0;
    int i = at;
    int after = at;
    while (i < end && i - after < CLOSE_BYTES && n < decoded.length - 3) {
      byte c = b[i];
      if (Escape.isTrigger(c)) {
        long unit = Escape.at(b, i, end, last);
        if (unit == Escape.MORE) {
          break;
        }
        if (unit != Escape.NONE) {
          int count = 1;
          if (Escape.isUnit(unit, c)) {
            count = Escape.utf8(Escape.value(unit), decoded, n);
          } else {
            decoded[n] = (byte) Escape.value(unit);
          }
          remember(matcher.position() + n, Escape.length(unit) - count);
          n += count;
          i += Escape.length(unit);
          after = i;
          continue;
        }
      }
      decoded[n++] = c;
      i++;
    }
    matcher.feed(decoded, 0, n);
    settle();
    return i;
  }

  private void remember(long position, int more) {
    if (escapes == at.length) {
      at = Arrays.copyOf(at, escapes * 2);
      longer = Arrays.copyOf(longer, escapes * 2);
    }
    long before = escapes == 0 ? longerBefore : longer[escapes - 1];
    at[escapes] = position;
    longer[escapes] = before + more;
    escapes++;
  }

  /** Forgets the escapes that are decided; sleeps when none is left. */
  private void settle() {
    long undecided = matcher.undecidedFrom();
    int decided = 0;
    if (undecided == matcher.position()) {
      decided = escapes;
    }
    // An escape of up to three bytes is decided with the last of them.
    while (decided < escapes && at[decided] + 2 < undecided) {
      decided++;
    }
    if (decided > 0) {
      longerBefore = longer[decided - 1];
      System.arraycopy(at, decided, at, 0, escapes - decided);
      System.arraycopy(longer, decided, longer, 0, escapes - decided);
      escapes -= decided;
    }
    if (escapes == 0) {
      active = false;
    }
  }

  /** The position in the body from which on something may be found. */
  long undecidedFrom() {
    if (!active) {
      return Long.MAX_VALUE;
    }
    long undecided = matcher.undecidedFrom();
    long more = longerBefore;
    for (int i = 0; i < escapes && at[i] < undecided; i++) {
      more = longer[i];
    }
    // Inside a character of several bytes, that is a little late: go back to where it begins.
    for (int i = 0; i < escapes; i++) {
      if (at[i] < undecided && undecided < at[i] + 3) {
        more = i == 0 ? longerBefore : longer[i - 1];
        return base + at[i] + more;
      }
    }
    return base + undecided + more;
  }
}
