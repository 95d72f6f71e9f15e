package dev.pale.secrets;

import java.util.Arrays;

/**
 * An Aho-Corasick automaton over bytes (Aho and Corasick, 1975) with a filter over four-byte
 * windows in front, so that text far from any needle costs one test in several bytes.
 *
 * <p>The trie is kept as runs: a needle that leaves the trie built so far appends its remaining
 * bytes as consecutive nodes, so that the first child of a node is simply the next node, and only
 * the few nodes with more than one child need an entry in a hash table. That makes a node 14 bytes.
 *
 * <p>Its arrays hold the values in plain text: {@link #wipe()}.
 *
 * <p>Thread-safe once built, apart from {@link #wipe()}.
 */
final class Automaton {
  /** The shortest needle, in bytes. */
  static final int SHORTEST = 6;

  /** The state in which no needle has begun. */
  static final int ROOT = 0;

  /** The next node is a child of this one. */
  static final int CONTINUES = 1;

  /** The node has children in the hash table. */
  static final int BRANCHES = 2;

  /** A pause may show what is held in this state. */
  static final int RELEASABLE = 4;

  /** A needle ends here. */
  static final int TERMINAL = 8;

  /** Three bits: how many bytes may be shown of the shortest needle through this node. */
  static final int ALLOWANCE_SHIFT = 4;

  static final int ALLOWANCE_MASK = 7 << ALLOWANCE_SHIFT;

  private static final int ESCAPES = 0x1b1b1b1b;

  final int[] depth;

  /** Per state: 1 + the number of the longest needle that ends here, or 0. */
  final int[] out;

  final int[] needleLength;
  final int[] needleLabel;

  /** A window is tested at every {@code skip + 1}th position. */
  final int skip;

  private final byte[] label;
  private final byte[] flags;
  private final int[] fail;
  private final int[] first;
  private final Branches branches;
  private final long[] windows;
  private final int windowShift;
  private volatile boolean wiped;

  Automaton(AutomatonBuilder from) {
    int nodes = from.nodes();
    this.label = from.label;
    this.flags = from.flags;
    this.branches = from.branches;
    this.first = from.first;
    this.needleLength = Arrays.copyOf(from.needleLength, from.needles);
    this.needleLabel = Arrays.copyOf(from.needleLabel, from.needles);
    this.depth = new int[nodes];
    this.out = new int[nodes];
    this.fail = new int[nodes];
    for (int i = 0; i < from.needles; i++) {
      out[from.needleEnd[i]] = i + 1;
    }
    link(from);

    int shortest = Integer.MAX_VALUE;
    for (int length : needleLength) {
      shortest = Math.min(shortest, length);
    }
    // With at most every fourth position tested, the windows cover every byte, which the search
    // for escape characters relies on.
    this.skip = Math.min(3, shortest - 4);
    int bits = 13;
    while (bits < 22 && (1L << bits) < 24L * from.needles * (skip + 1)) {
      bits++;
    }
    this.windowShift = 32 - bits;
    this.windows = new long[1 << (bits - 6)];
    byte[] head = new byte[SHORTEST + 1];
    for (int i = 0; i < from.needles; i++) {
      System.arraycopy(from.needleHead, i * head.length, head, 0, head.length);
      for (int at = 0; at <= skip; at++) {
        int slot = slot(word(head, at));
        windows[slot >>> 6] |= 1L << slot;
      }
    }
    Arrays.fill(head, (byte) 0);
  }

  /** Sets depth, failure and output of all nodes, level by level. */
  private void link(AutomatonBuilder from) {
    int runs = from.runs;
    int deepest = 0;
    for (int i = 0; i < runs; i++) {
      deepest = Math.max(deepest, from.runDepth[i]);
    }
    int[] nextAt = new int[deepest + 2];
    for (int i = 0; i < runs; i++) {
      nextAt[from.runDepth[i] + 1]++;
    }
    for (int i = 1; i < nextAt.length; i++) {
      nextAt[i] += nextAt[i - 1];
    }
    int[] byDepth = new int[runs];
    for (int i = 0; i < runs; i++) {
      byDepth[nextAt[from.runDepth[i]]++] = i;
    }
    int[] active = new int[runs];
    int count = 0;
    int started = 0;
    for (int level = 1; count > 0 || started < runs; level++) {
      int newFrom = count;
      while (started < runs && from.runDepth[byDepth[started]] == level) {
        active[count++] = from.runStart[byDepth[started++]];
      }
      int kept = 0;
      for (int i = 0; i < count; i++) {
        int node = active[i];
        int parent = i < newFrom ? node - 1 : from.runParent(node);
        linkNode(node, parent, level);
        if ((flags[node] & CONTINUES) != 0) {
          active[kept++] = node + 1;
        }
      }
      count = kept;
    }
  }

  private void linkNode(int node, int parent, int level) {
    int failure = parent == ROOT ? ROOT : step(fail[parent], label[node]);
    fail[node] = failure;
    depth[node] = level;
    if (out[node] == 0) {
      out[node] = out[failure];
    }
    // Nothing can follow a leaf: what is held there is held for the state that it fails to.
    boolean little = isLeaf(node) || level <= (flags[node] & ALLOWANCE_MASK) >> ALLOWANCE_SHIFT;
    if (little && releasable(failure)) {
      flags[node] |= RELEASABLE;
    }
  }

  /** The state after one more byte. */
  int step(int state, byte b) {
    int s = state;
    while (s != ROOT) {
      int f = flags[s];
      if ((f & CONTINUES) != 0 && label[s + 1] == b) {
        return s + 1;
      }
      if ((f & BRANCHES) != 0) {
        int to = branches.get(s, b);
        if (to != ROOT) {
          return to;
        }
      }
      s = fail[s];
    }
    return first[b & 0xff];
  }

  private boolean isLeaf(int node) {
    return (flags[node] & (CONTINUES | BRANCHES)) == 0;
  }

  /** The longest state with which a needle has begun that is not yet complete. */
  int incomplete(int state) {
    int s = state;
    while (s != ROOT && isLeaf(s)) {
      s = fail[s];
    }
    return s;
  }

  /** The longest state that is a suffix of this one and has at most so many bytes. */
  int shorten(int state, long most) {
    int s = state;
    while (depth[s] > most) {
      s = fail[s];
    }
    return s;
  }

  /** Whether what is held in this state is so little that it may be shown before it is decided. */
  boolean releasable(int state) {
    return state == ROOT || (flags[state] & RELEASABLE) != 0;
  }

  /** The label of one of the needles that begin with what this state has seen. */
  int labelThrough(int state) {
    int s = state;
    while ((flags[s] & CONTINUES) != 0) {
      s++;
    }
    return needleLabel[out[s] - 1];
  }

  /**
   * The first position from {@code at}, in steps of {@code skip + 1}, whose four-byte window may
   * belong to the beginning of a needle or has an escape character; or the first position that has
   * no full window.
   */
  int skim(byte[] buf, int at, int end) {
    int last = end - 4;
    int stride = skip + 1;
    int shift = windowShift;
    long[] bits = windows;
    int i = at;
    while (i <= last) {
      int w =
          (buf[i] & 0xff)
              | (buf[i + 1] & 0xff) << 8
              | (buf[i + 2] & 0xff) << 16
              | (buf[i + 3] & 0xff) << 24;
      int slot = (w * 0x9E3779B1) >>> shift;
      int x = w ^ ESCAPES;
      if (((bits[slot >>> 6] >>> slot) & 1L) != 0 || ((x - 0x01010101) & ~x & 0x80808080) != 0) {
        return i;
      }
      i += stride;
    }
    return i;
  }

  private static int word(byte[] buf, int i) {
    return (buf[i] & 0xff)
        | (buf[i + 1] & 0xff) << 8
        | (buf[i + 2] & 0xff) << 16
        | (buf[i + 3] & 0xff) << 24;
  }

  private int slot(int word) {
    return (word * 0x9E3779B1) >>> windowShift;
  }

  boolean isEmpty() {
    return needleLength.length == 0;
  }

  /** A wiped automaton finds nothing, so nothing may be let through it. */
  void requireUsable() {
    if (wiped) {
      throw new IllegalStateException("the needles were closed");
    }
  }

  void wipe() {
    wiped = true;
    Arrays.fill(label, (byte) 0);
    Arrays.fill(flags, (byte) 0);
    Arrays.fill(fail, 0);
    Arrays.fill(first, 0);
    Arrays.fill(windows, 0);
    branches.wipe();
  }
}
