package dev.pale.secrets;

import java.util.Arrays;

/** The children of trie nodes that are not simply the next node: an open-addressed hash table. */
final class Branches {
  private long[] keys = new long[1 << 8];
  private int[] values = new int[1 << 8];
  private int size;

  /** The child of a node for a byte, or 0. */
  int get(int node, byte b) {
    long key = key(node, b);
    int mask = keys.length - 1;
    int i = hash(key) & mask;
    while (true) {
      long found = keys[i];
      if (found == key) {
        return values[i];
      }
      if (found == 0) {
        return 0;
      }
      i = (i + 1) & mask;
    }
  }

  void put(int node, byte b, int child) {
    if (++size * 2 > keys.length) {
      grow();
    }
    insert(key(node, b), child);
  }

  private void insert(long key, int value) {
    int mask = keys.length - 1;
    int i = hash(key) & mask;
    while (keys[i] != 0) {
      i = (i + 1) & mask;
    }
    keys[i] = key;
    values[i] = value;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldValues = values;
    keys = new long[oldKeys.length * 4];
    values = new int[oldKeys.length * 4];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) {
        insert(oldKeys[i], oldValues[i]);
      }
    }
    Arrays.fill(oldKeys, 0);
  }

  void wipe() {
    Arrays.fill(keys, 0);
    Arrays.fill(values, 0);
  }

  /** Never 0, because the root has no entries here. */
  private static long key(int node, byte b) {
    return ((long) node << 8) | (b & 0xff);
  }

  private static int hash(long key) {
    return (int) ((key * 0x9E3779B97F4A7C15L) >>> 33);
  }
}
