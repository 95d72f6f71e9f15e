package dev.pale.secrets;

import java.util.Arrays;

/**
 * The second look at the stream, in which escape sequences are taken out: the automaton's state
 * over the remaining bytes, and where in the stream a byte of the remaining text was.
 *
 * <p>Only kept while a needle has begun before an escape sequence and may go on after it; else it
 * is idle, because the look at the plain stream sees the same.
 */
final class StrippedView {
  private final Automaton automaton;

  /** The automaton's state; the root when idle. */
  private int state;

  /** Number of text bytes, counted so that it was the position in the stream at the beginning. */
  private long text;

  /** Of each sequence inside the partial match: the text byte that follows, and bytes left out. */
  private long[] at = new long[8];

  private long[] leftOut = new long[8];
  private int head;
  private int tail;

  /** Bytes left out before the first remembered sequence. */
  private long leftOutBefore;

  /** What came before is shown already or reported. */
  private long free;

  private long foundAt;

  StrippedView(Automaton automaton) {
    this.automaton = automaton;
  }

  boolean isIdle() {
    return state == Automaton.ROOT;
  }

  /** Begins at an escape character, with the state over the text in front of it. */
  void begin(int stateBefore, long position) {
    state = automaton.incomplete(stateBefore);
    text = position;
    head = 0;
    tail = 0;
    leftOutBefore = 0;
    free = 0;
  }

  void end() {
    state = Automaton.ROOT;
  }

  /** Leaves a sequence of so many bytes out. */
  void leaveOut(long length) {
    if (tail > head && at[tail - 1] == text) {
      leftOut[tail - 1] += length;
      return;
    }
    if (tail == at.length) {
      makeRoom();
    }
    long before = tail > head ? leftOut[tail - 1] : leftOutBefore;
    at[tail] = text;
    leftOut[tail] = before + length;
    tail++;
  }

  private void makeRoom() {
    int kept = tail - head;
    int size = kept * 2 > at.length ? at.length * 2 : at.length;
    long[] newAt = new long[size];
    long[] newLeftOut = new long[size];
    System.arraycopy(at, head, newAt, 0, kept);
    System.arraycopy(leftOut, head, newLeftOut, 0, kept);
    at = newAt;
    leftOut = newLeftOut;
    head = 0;
    tail = kept;
  }

  /**
   * Goes on with a text byte; returns the automaton's output, as in {@link Automaton#out}. When it
   * is not 0, {@link #foundAt()} tells where that needle begins.
   */
  int step(byte b) {
    int reached = automaton.step(state, b);
    text++;
    int output = automaton.out[reached];
    if (output != 0) {
      int length = automaton.needleLength[output - 1];
      foundAt = Math.max(free, streamPosition(text - length));
    }
    state = automaton.incomplete(reached);
    long start = text - automaton.depth[state];
    while (head < tail && at[head] <= start) {
      leftOutBefore = leftOut[head++];
    }
    return output;
  }

  /** Position in the stream where the last needle found begins, or what is held of it. */
  long foundAt() {
    return foundAt;
  }

  /** How many text bytes the partial match has. */
  int depth() {
    return automaton.depth[state];
  }

  private long streamPosition(long textPosition) {
    int i = Arrays.binarySearch(at, head, tail, textPosition);
    int last = i >= 0 ? i : -i - 2;
    return textPosition + (last < head ? leftOutBefore : leftOut[last]);
  }

  /** Position in the stream from which bytes must be held. */
  long held() {
    return Math.max(free, streamPosition(text - automaton.depth[state]));
  }

  /** Nothing before this position has to be held any more. */
  void free(long position) {
    free = position;
  }

  boolean releasable() {
    return automaton.releasable(state);
  }

  int label() {
    return automaton.labelThrough(state);
  }
}
