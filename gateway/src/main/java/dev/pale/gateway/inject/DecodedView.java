package dev.pale.gateway.inject;

import dev.pale.secrets.Matcher;
import dev.pale.secrets.Needles;
import java.util.Arrays;

/**
 * The second look at a body: with its escapes undone. It sleeps while the plain look sees the same
 * bytes, and knows for each of its own positions where that is in the body.
 */
final class DecodedView {
  private final Matcher matcher;
  private final byte[] one = new byte[3];
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

  /** An escape, which the body has spelled out. */
  void escape(long unit, byte first) {
    active = true;
    int count = 1;
    if (Escape.isUnit(unit, first)) {
      count = Escape.utf8(Escape.value(unit), one, 0);
    } else {
      one[0] = (byte) Escape.value(unit);
    }
    if (escapes == at.length) {
      at = Arrays.copyOf(at, escapes * 2);
      longer = Arrays.copyOf(longer, escapes * 2);
    }
    long before = escapes == 0 ? longerBefore : longer[escapes - 1];
    at[escapes] = matcher.position();
    longer[escapes] = before + Escape.length(unit) - count;
    escapes++;
    matcher.feed(one, 0, count);
    settle();
  }

  /** Forgets the escapes that are decided; sleeps when none is left. */
  private void settle() {
    long undecided = matcher.undecidedFrom();
    int decided = 0;
    while (decided < escapes && at[decided] + 2 < undecided) {
      decided++;
    }
    // An escape of up to three bytes counts as decided with the last of them.
    while (decided < escapes && undecided == matcher.position()) {
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
