package dev.pale.secrets;

import java.util.Arrays;

/**
 * Replaces every occurrence of {@link Needles} in a stream of bytes by {@code [pale:LABEL]}, or by
 * what a {@link Replacement} writes, and lets every other byte through as it is, in order.
 *
 * <p>How to drive it, one masker a stream:
 *
 * <pre>{@code
 * while ((n = in.read(buf)) >= 0) {
 *   masker.write(buf, 0, n, out);
 *   if (in has no more bytes ready now) masker.pause(out);   // poll with timeout 0, or available()
 *   flush what out collected;
 * }
 * masker.finish(out);                                        // always, also after an error of in
 * }</pre>
 *
 * A large buffer (64 KiB) is fastest. A clean piece reaches the sink in one or two calls; a piece
 * with much to mask in many small ones, so a sink that ends in a system call should collect them
 * until {@code write} returns. Whether the child wrote to a pipe or a terminal makes no difference.
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>No byte of an occurrence passes, however the stream is split and however long it waits,
 *       except those that {@code pause} may show.
 *   <li>{@code pause} shows what is held only when it has at most 7 bytes (colour codes not
 *       counted) and at most a quarter of the shortest needle that it may be the beginning of; else
 *       it goes on being held. When the rest follows, the rest is masked: the marker then stands
 *       for it. Without {@code pause}, nothing is ever shown early: there is no timer.
 *   <li>The marker tells the label only. Occurrences of one label that overlap or touch give one
 *       marker together, so neither length nor number shows. Of occurrences of several labels that
 *       overlap, the one that begins first gives the marker, and of two that begin together the
 *       longer one (unless {@code pause} had to show the marker before the longer one was
 *       complete). Different labels that merely touch give a marker each.
 *   <li>With a {@link Replacement} of its own, the same regions are replaced, each once: regions of
 *       one label that merely touch stay apart, unless the replacement joins them. The lengths it
 *       is told add up to the bytes that are not passed on.
 *   <li>Colour codes inside a masked value disappear with it.
 *   <li>A partial match with more than 4096 bytes of escape sequences inside is masked as if it
 *       were whole, unless it is so little that {@code pause} might show it: then it passes, and
 *       the rest is still masked if it follows.
 * </ul>
 *
 * <p>It does no I/O, starts no thread and never decodes bytes to text. What it holds is at most the
 * longest needle plus 4096 bytes between two calls. It throws only what the sink throws, after
 * which it must not be used any more, and {@link IllegalStateException} when the needles were
 * closed: it never lets bytes through unmasked.
 *
 * <p>Not thread-safe.
 */
public final class Masker {
  private static final byte[] NOTHING = {};

  private final Matcher matcher;
  private final Replacement replacement;

  /** Bytes of earlier calls that have not been passed on: they end where the matcher stands. */
  private byte[] hold = NOTHING;

  private int holdFrom;
  private int holdTo;

  /** The caller's bytes during a call, and the position of their first byte. */
  private byte[] current = NOTHING;

  private int currentOffset;
  private long currentStart;

  /** Position up to which everything was passed on or masked. */
  private long done;

  /** What must be masked, in ascending order, not overlapping: a queue. */
  private long[] starts = new long[16];

  private long[] ends = new long[16];
  private int[] labels = new int[16];
  private int head;
  private int tail;

  /** Where the last masked region ended, whose marker it got, and how many bytes it replaced. */
  private long maskedEnd = -1;

  private int maskedLabel;
  private long maskedLength;

  Masker(Automaton automaton, Replacement replacement) {
    this.matcher = new Matcher(automaton, this::found);
    this.replacement = replacement;
  }

  /**
   * The next bytes of the stream. Passes on what is decided.
   *
   * @throws IllegalStateException when the needles were closed
   */
  public void write(byte[] buf, int off, int len, Out sink) {
    current = buf;
    currentOffset = off;
    currentStart = matcher.position();
    matcher.feed(buf, off, len);
    drain(matcher.undecidedFrom(), sink);
    keepRest(off + len);
  }

  /**
   * No more bytes are ready right now: shows what may be shown, so that a prompt appears although
   * it ends like a value begins.
   */
  public void pause(Out sink) {
    current = NOTHING;
    currentStart = matcher.position();
    long from = matcher.undecidedIsLittle() ? matcher.position() : matcher.undecidedFrom();
    drain(from, sink);
    // A marker gives nothing away, so it need not wait for a longer match.
    while (head < tail && starts[head] <= Math.max(from, done)) {
      mask(sink);
    }
    keepRest(0);
  }

  /** The stream has ended: passes on what is left. The masker may then be used for another one. */
  public void finish(Out sink) {
    current = NOTHING;
    currentStart = matcher.position();
    drain(matcher.position(), sink);
    matcher.reset();
    Arrays.fill(hold, (byte) 0);
    hold = NOTHING;
    holdFrom = 0;
    holdTo = 0;
    done = 0;
    maskedEnd = -1;
  }

  /** How many bytes are held back at the moment. */
  public int held() {
    return holdTo - holdFrom;
  }

  /** Queues a region; it may swallow the end of the queue, because ends only ascend. */
  private void found(int label, long start, long end) {
    long from = start;
    int name = label;
    while (tail > head && from < ends[tail - 1]) {
      tail--;
      if (starts[tail] < from) {
        from = starts[tail];
        name = labels[tail];
      }
    }
    if (tail == starts.length) {
      makeRoom();
    }
    starts[tail] = from;
    ends[tail] = end;
    labels[tail] = name;
    tail++;
  }

  private void makeRoom() {
    int kept = tail - head;
    int size = kept * 2 > starts.length ? starts.length * 2 : starts.length;
    starts = Arrays.copyOf(Arrays.copyOfRange(starts, head, tail), size);
    ends = Arrays.copyOf(Arrays.copyOfRange(ends, head, tail), size);
    labels = Arrays.copyOf(Arrays.copyOfRange(labels, head, tail), size);
    head = 0;
    tail = kept;
  }

  /** Passes on or masks everything before a position. */
  private void drain(long to, Out sink) {
    while (head < tail && starts[head] < to) {
      mask(sink);
    }
    pass(to, sink);
  }

  /** Masks the first region of the queue. */
  private void mask(Out sink) {
    long start = starts[head];
    long end = ends[head];
    int label = labels[head];
    head++;
    pass(start, sink);
    long length = end - Math.max(done, start);
    if (done == maskedEnd && goesOn(start, label)) {
      if (length > 0) {
        replacement.more(maskedLabel, maskedLength, length, sink);
        maskedLength += length;
      }
    } else {
      maskedLabel = label;
      maskedLength = length;
      replacement.write(label, length, sink);
    }
    maskedEnd = end;
    done = Math.max(done, end);
  }

  /** Whether a region belongs to the one that was masked right before it. */
  private boolean goesOn(long start, int label) {
    return start < maskedEnd
        || (start == maskedEnd && label == maskedLabel && replacement.joinsTouching());
  }

  private void pass(long to, Out sink) {
    if (done < currentStart && done < to) {
      int n = (int) (Math.min(to, currentStart) - done);
      int from = holdTo - (int) (currentStart - done);
      sink.accept(hold, from, n);
      done += n;
    }
    if (done < to) {
      int n = (int) (to - done);
      sink.accept(current, currentOffset + (int) (done - currentStart), n);
      done = to;
    }
  }

  /** Copies what is neither passed on nor masked from the caller's buffer, which ends here. */
  private void keepRest(int currentEnd) {
    int rest = (int) (matcher.position() - done);
    int fresh = (int) (matcher.position() - Math.max(done, currentStart));
    int old = rest - fresh;
    holdFrom = holdTo - old;
    if (fresh > hold.length - holdTo) {
      boolean grow = rest * 2 > hold.length;
      byte[] target = grow ? new byte[Math.max(256, rest * 2)] : hold;
      System.arraycopy(hold, holdFrom, target, 0, old);
      if (grow) {
        Arrays.fill(hold, (byte) 0);
      }
      hold = target;
      holdFrom = 0;
      holdTo = old;
    }
    System.arraycopy(current, currentEnd - fresh, hold, holdTo, fresh);
    holdTo += fresh;
    if (rest == 0) {
      // Nothing of a value stays behind longer than it must.
      Arrays.fill(hold, 0, holdTo, (byte) 0);
      holdFrom = 0;
      holdTo = 0;
    }
    current = NOTHING;
  }
}
