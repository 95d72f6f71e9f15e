package dev.pale.gateway.inject;

import dev.pale.gateway.name.Authority;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.secrets.Matcher;
import dev.pale.secrets.Needles;
import dev.pale.secrets.Out;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Lets a body through as it is, byte for byte, as long as it holds no placeholder and no real value
 * in any rendering; the moment one is complete it refuses, with an alarm.
 *
 * <p>What is found: all that {@link Needles} look for, also when some or all characters are
 * percent-encoded (several times over) or escaped as in JSON; and all that inside {@code gzip} and
 * {@code deflate}, which are inflated on the side: what passes is what the client sent.
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>Of an occurrence at least the last byte never passes, and of one that is not compressed no
 *       byte: what may be the beginning of one is held back, and nothing else is.
 *   <li>After a refusal it refuses everything.
 *   <li>Compressed bodies that inflate to more than 64 MiB, or do not inflate, are refused.
 * </ul>
 *
 * <p>Linear; holds at most the longest rendering. Not thread-safe.
 */
public final class BodyGuard {
  private static final byte[] NOTHING = {};
  private static final Out NOWHERE = (b, off, len) -> {};

  private final Labels labels;
  private final Hits hits;
  private final Matcher raw;
  private final DecodedView view;
  private final Needles needles;

  private Authority authority = Examiner.NOWHERE;
  private boolean tls;
  private BitSet taken = new BitSet();
  private String place = "the body";
  private @Nullable SideInflater inflater;
  private @Nullable Refusal refused;

  /** Bytes that were not passed on, up to where the matcher stands, and after them the carry. */
  private byte[] hold = NOTHING;

  private int held;

  /** How many bytes at the end of the hold were not looked at: an escape may begin there. */
  private int carry;

  /** The position of the first byte of the hold. */
  private long holdStart;

  BodyGuard(Labels labels, Needles needles) {
    this.labels = labels;
    this.needles = needles;
    this.hits = new Hits(labels);
    this.raw = needles.matcher(hits);
    this.view = new DecodedView(needles, hits);
  }

  /** Begins a body. */
  BodyGuard begin(
      Authority to, boolean withTls, String contentEncoding, String where, BitSet takenBefore) {
    reset();
    taken = takenBefore;
    authority = to;
    tls = withTls;
    place = where;
    inflater = SideInflater.forEncoding(contentEncoding, this);
    return this;
  }

  /** A guard like this one, for what is inside of this one's body. */
  BodyGuard inner() {
    return new BodyGuard(labels, needles).begin(authority, tls, "", place, taken);
  }

  /** Forgets the body, for another one that is not compressed. */
  public void reset() {
    raw.reset();
    view.reset();
    hits.clear();
    Arrays.fill(hold, 0, held, (byte) 0);
    held = 0;
    carry = 0;
    holdStart = 0;
    refused = null;
    SideInflater old = inflater;
    inflater = null;
    if (old != null) {
      old.close();
    }
  }

  /**
   * Takes the next bytes of the body.
   *
   * @param sink takes what may pass, in order
   * @throws Refusal an alarm when something is complete that may not pass; 400 or 413 for a
   *     compressed body that cannot be looked into
   */
  public void write(byte[] b, int off, int len, Out sink) {
    java.util.Objects.checkFromIndexSize(off, len, b.length);
    requireOpen();
    try {
      SideInflater side = inflater;
      if (side != null) {
        side.write(b, off, len);
      }
      take(b, off, off + len, sink);
    } catch (Refusal refusal) {
      refused = refusal;
      throw refusal;
    }
  }

  /**
   * Ends the body: passes what was held back.
   *
   * @throws Refusal as {@link #write}
   */
  public void finish(Out sink) {
    requireOpen();
    try {
      SideInflater side = inflater;
      if (side != null) {
        side.finish();
      }
      look(hold, held - carry, held, true);
      carry = 0;
      pass(holdStart + held, NOTHING, 0, 0, sink);
    } catch (Refusal refusal) {
      refused = refusal;
      throw refusal;
    }
    held = 0;
  }

  /** Looks through a whole text; refuses what may not be in it. */
  void check(byte[] text) {
    write(text, 0, text.length, NOWHERE);
    finish(NOWHERE);
  }

  private void requireOpen() {
    Refusal before = refused;
    if (before != null) {
      throw before;
    }
  }

  private void take(byte[] b, int off, int end, Out sink) {
    int from = off;
    // An escape that the last piece broke off is put together first.
    while (carry > 0 && from < end) {
      append(b, from, from + 1);
      from++;
      int start = held - carry - 1;
      int done = look(hold, start, held, false);
      carry = held - done;
    }
    if (from < end) {
      carry = end - look(b, from, end, false);
    }
    pass(keepFrom(), b, from, end, sink);
  }

  /** Up to where everything may pass. */
  private long keepFrom() {
    return Math.min(raw.undecidedFrom(), view.undecidedFrom());
  }

  /**
   * Looks at bytes that follow those looked at before; returns the position of the first one not
   * looked at, because an escape may begin there.
   */
  private int look(byte[] b, int off, int end, boolean last) {
    int run = off;
    int i = off;
    while (true) {
      i = Escape.trigger(b, i, end);
      long unit = i == end ? Escape.NONE : Escape.at(b, i, end, last);
      if (unit == Escape.NONE && i < end) {
        i++;
        continue;
      }
      literal(b, run, i);
      if (i == end || unit == Escape.MORE) {
        return i;
      }
      if (!view.isActive()) {
        wake(b, off, i);
      }
      int stop = view.decode(b, i, end, last);
      raw.feed(b, i, stop - i);
      refuseHits();
      i = stop;
      run = stop;
    }
  }

  private void literal(byte[] b, int from, int to) {
    if (to > from) {
      raw.feed(b, from, to - from);
      if (view.isActive()) {
        view.literal(b, from, to);
      }
      refuseHits();
    }
  }

  /** The decoded look begins with what the plain one has not decided yet. */
  private void wake(byte[] b, int off, int at) {
    long from = raw.undecidedFrom();
    int undecided = (int) (raw.position() - from);
    view.wake(from);
    int here = Math.min(undecided, at - off);
    int before = undecided - here;
    if (before > 0) {
      int start = (int) (from - holdStart);
      view.literal(hold, start, start + before);
    }
    view.literal(b, at - here, at);
  }

  private void refuseHits() {
    if (!hits.isEmpty()) {
      throw Alarms.misplaced(labels, hits.label, authority, tls, place, taken);
    }
  }

  /** Passes everything before a position, and keeps the rest of the hold and of the new bytes. */
  private void pass(long until, byte[] b, int from, int end, Out sink) {
    long newStart = holdStart + held;
    if (until > newStart) {
      if (held > 0) {
        sink.accept(hold, 0, held);
        Arrays.fill(hold, 0, held, (byte) 0);
        held = 0;
      }
      int n = (int) (until - newStart);
      sink.accept(b, from, n);
      holdStart = until;
      append(b, from + n, end);
      return;
    }
    int n = (int) (until - holdStart);
    if (n > 0) {
      sink.accept(hold, 0, n);
      System.arraycopy(hold, n, hold, 0, held - n);
      Arrays.fill(hold, held - n, held, (byte) 0);
      held -= n;
      holdStart = until;
    }
    append(b, from, end);
  }

  private void append(byte[] b, int from, int end) {
    int n = end - from;
    if (held + n > hold.length) {
      byte[] larger = Arrays.copyOf(hold, Math.max(256, (held + n) * 2));
      Arrays.fill(hold, (byte) 0);
      hold = larger;
    }
    System.arraycopy(b, from, hold, held, n);
    held += n;
  }
}
