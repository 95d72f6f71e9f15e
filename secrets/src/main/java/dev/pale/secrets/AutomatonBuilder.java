package dev.pale.secrets;

import java.util.Arrays;

/** Collects needles in a trie. The arrays that it outgrows are wiped. */
final class AutomatonBuilder {
  private static final int HEAD = Automaton.SHORTEST + 1;

  byte[] label = new byte[1 << 12];
  byte[] flags = new byte[1 << 12];
  final int[] first = new int[256];
  Branches branches = new Branches();

  int runs;
  int[] runStart = new int[1 << 6];
  int[] runDepth = new int[1 << 6];
  private int[] runParents = new int[1 << 6];

  int needles;
  int[] needleEnd = new int[1 << 6];
  int[] needleLength = new int[1 << 6];
  int[] needleLabel = new int[1 << 6];

  /** The first bytes of each needle, from which the windows are taken. */
  byte[] needleHead = new byte[HEAD << 6];

  private int nodes = 1;

  int nodes() {
    return nodes;
  }

  /** The node above the first node of a run. */
  int runParent(int start) {
    return runParents[Arrays.binarySearch(runStart, 0, runs, start)];
  }

  /**
   * Adds a needle; one that is too short or already there is left out.
   *
   * @return whether the needle is there now
   */
  boolean add(byte[] bytes, int from, int to, int labelIndex) {
    int length = to - from;
    if (length < Automaton.SHORTEST) {
      return false;
    }
    int allowance = Math.min(7, length / 4);
    int node = Automaton.ROOT;
    int at = from;
    while (at < to) {
      int child = child(node, bytes[at]);
      if (child == Automaton.ROOT) {
        break;
      }
      node = child;
      at++;
      limitAllowance(node, allowance);
    }
    if (at < to) {
      node = append(node, bytes, at, to, at - from, allowance);
    }
    if ((flags[node] & Automaton.TERMINAL) == 0) {
      flags[node] |= Automaton.TERMINAL;
      remember(node, bytes, from, length, labelIndex);
    }
    return true;
  }

  private int child(int node, byte b) {
    if (node == Automaton.ROOT) {
      return first[b & 0xff];
    }
    int f = flags[node];
    if ((f & Automaton.CONTINUES) != 0 && label[node + 1] == b) {
      return node + 1;
    }
    return (f & Automaton.BRANCHES) != 0 ? branches.get(node, b) : Automaton.ROOT;
  }

  private void limitAllowance(int node, int allowance) {
    int f = flags[node];
    if ((f & Automaton.ALLOWANCE_MASK) >> Automaton.ALLOWANCE_SHIFT > allowance) {
      flags[node] =
          (byte) ((f & ~Automaton.ALLOWANCE_MASK) | (allowance << Automaton.ALLOWANCE_SHIFT));
    }
  }

  /** Appends the bytes below a node; returns the last new node. */
  private int append(int parent, byte[] bytes, int from, int to, int parentDepth, int allowance) {
    int count = to - from;
    ensureNodes(count);
    int start = nodes;
    System.arraycopy(bytes, from, label, start, count);
    byte f = (byte) (Automaton.CONTINUES | (allowance << Automaton.ALLOWANCE_SHIFT));
    Arrays.fill(flags, start, start + count - 1, f);
    flags[start + count - 1] = (byte) (f & ~Automaton.CONTINUES);
    nodes += count;
    if (parent == start - 1 && parent != Automaton.ROOT) {
      // The parent is the last node of the last run: the run just grows.
      flags[parent] |= Automaton.CONTINUES;
      return start + count - 1;
    }
    if (parent == Automaton.ROOT) {
      first[bytes[from] & 0xff] = start;
    } else {
      flags[parent] |= Automaton.BRANCHES;
      branches.put(parent, bytes[from], start);
    }
    if (runs == runStart.length) {
      runStart = Arrays.copyOf(runStart, runs * 2);
      runDepth = Arrays.copyOf(runDepth, runs * 2);
      runParents = Arrays.copyOf(runParents, runs * 2);
    }
    runStart[runs] = start;
    runDepth[runs] = parentDepth + 1;
    runParents[runs] = parent;
    runs++;
    return start + count - 1;
  }

  private void remember(int node, byte[] bytes, int from, int length, int labelIndex) {
    if (needles == needleEnd.length) {
      needleEnd = Arrays.copyOf(needleEnd, needles * 2);
      needleLength = Arrays.copyOf(needleLength, needles * 2);
      needleLabel = Arrays.copyOf(needleLabel, needles * 2);
      needleHead = grown(needleHead, needleHead.length * 2);
    }
    needleEnd[needles] = node;
    needleLength[needles] = length;
    needleLabel[needles] = labelIndex;
    System.arraycopy(bytes, from, needleHead, needles * HEAD, Math.min(length, HEAD));
    needles++;
  }

  private void ensureNodes(int count) {
    long wanted = (long) nodes + count;
    if (wanted > Integer.MAX_VALUE - 16) {
      throw new IllegalArgumentException("the values to look for are too large together");
    }
    if (wanted > label.length) {
      int size = (int) Math.min(Integer.MAX_VALUE - 16, Math.max(wanted, label.length * 2L));
      label = grown(label, size);
      flags = Arrays.copyOf(flags, size);
    }
  }

  private static byte[] grown(byte[] old, int size) {
    byte[] larger = Arrays.copyOf(old, size);
    Arrays.fill(old, (byte) 0);
    return larger;
  }

  /** The automaton takes over the arrays; the builder must not be used any more. */
  Automaton build() {
    Automaton automaton = new Automaton(this);
    Arrays.fill(needleHead, (byte) 0);
    return automaton;
  }
}
