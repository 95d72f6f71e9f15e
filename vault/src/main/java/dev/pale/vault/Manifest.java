package dev.pale.vault;

import java.util.Map;
import java.util.TreeMap;

/**
 * The list of what an environment holds. It is kept in the environment's row under a MAC, and it is
 * the truth: a version row that the list does not name does not exist, and one that it names must
 * be there.
 */
final class Manifest {
  /**
   * One secret.
   *
   * @param current number of the current version
   * @param deletedAt when it was soft-deleted, in milliseconds; 0 for a live one
   * @param shreddedTo versions up to this number are destroyed
   */
  record Entry(int current, long deletedAt, int shreddedTo) {
    boolean live() {
      return deletedAt == 0;
    }
  }

  private final TreeMap<String, Entry> entries = new TreeMap<>();

  static Manifest decode(byte[] bytes) {
    Manifest manifest = new Manifest();
    Fields.Reader in = new Fields.Reader(bytes);
    while (!in.atEnd()) {
      String name = in.text();
      long versions = in.number();
      manifest.entries.put(name, new Entry((int) (versions >>> 32), in.number(), (int) versions));
    }
    return manifest;
  }

  byte[] encode() {
    Fields.Writer out = new Fields.Writer(64 + entries.size() * 48);
    for (Map.Entry<String, Entry> each : entries.entrySet()) {
      Entry entry = each.getValue();
      out.text(each.getKey())
          .number((long) entry.current << 32 | entry.shreddedTo)
          .number(entry.deletedAt);
    }
    return out.finish();
  }

  /** By name. The map is the manifest's own: changes to it change the manifest. */
  java.util.SortedMap<String, Entry> entries() {
    return entries;
  }

  int liveCount() {
    int count = 0;
    for (Entry entry : entries.values()) {
      if (entry.live()) {
        count++;
      }
    }
    return count;
  }
}
