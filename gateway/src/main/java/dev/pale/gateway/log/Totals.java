package dev.pale.gateway.log;

import dev.pale.gateway.redact.Tally;
import dev.pale.secrets.SecretName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a session's requests add up to, by secret.
 *
 * <p>Thread-safe.
 */
public final class Totals {
  /** More hosts or slots of one secret than this are counted but not told apart. */
  private static final int MOST_PLACES = 64;

  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final LongAdder bytes = new LongAdder();

  Totals() {}

  /**
   * One secret's numbers.
   *
   * @param name its name
   * @param left how many requests took it to a server
   * @param hosts where to, {@code host:port}, in the order of their first time
   * @param slots in which slots
   * @param found how often servers sent it back; each time it was replaced
   * @param unsearched why it was not looked for in what came back; empty when it was
   */
  public record OfSecret(
      String name,
      long left,
      List<String> hosts,
      List<String> slots,
      long found,
      String unsearched) {
    public OfSecret {
      hosts = List.copyOf(hosts);
      slots = List.copyOf(slots);
    }
  }

  private static final class Entry {
    final LongAdder left = new LongAdder();
    final LongAdder found = new LongAdder();
    volatile List<String> hosts = List.of();
    volatile List<String> slots = List.of();
    volatile String unsearched = "";

    void at(String host, String slot) {
      if (!hosts.contains(host) || !slots.contains(slot)) {
        synchronized (this) {
          hosts = with(hosts, host);
          slots = with(slots, slot);
        }
      }
    }

    private static List<String> with(List<String> list, String text) {
      if (list.contains(text) || list.size() == MOST_PLACES) {
        return list;
      }
      List<String> longer = new ArrayList<>(list);
      longer.add(text);
      return List.copyOf(longer);
    }
  }

  private Entry entry(String name) {
    Entry entry = entries.get(name);
    return entry != null ? entry : entries.computeIfAbsent(name, n -> new Entry());
  }

  /** Names a secret before anything happened to it, so that it is in the sum in any case. */
  public void know(SecretName name) {
    entry(name.text());
  }

  /**
   * Notes that a secret is not looked for in what comes back.
   *
   * @param why the end of a sentence: {@code is shorter than 6 bytes}
   */
  public void unsearched(SecretName name, String why) {
    entry(name.text()).unsearched = why;
  }

  void left(List<String> secrets, String authority, List<String> slots) {
    for (int i = 0; i < secrets.size(); i++) {
      Entry entry = entry(secrets.get(i));
      entry.left.increment();
      entry.at(authority, i < slots.size() ? slots.get(i) : "");
    }
  }

  void cameBack(Tally tally) {
    bytes.add(tally.bytes());
    if (tally.found() > 0) {
      tally.bySecret().forEach((name, count) -> entry(name.text()).found.add(count));
    }
  }

  /** How many bytes came back to the agent. */
  public long bytes() {
    return bytes.sum();
  }

  /** The numbers of all secrets, by name. */
  public List<OfSecret> bySecret() {
    List<String> names = new ArrayList<>(entries.keySet());
    names.sort(null);
    List<OfSecret> all = new ArrayList<>(names.size());
    for (String name : names) {
      Entry e = entry(name);
      all.add(new OfSecret(name, e.left.sum(), e.hosts, e.slots, e.found.sum(), e.unsearched));
    }
    return List.copyOf(all);
  }

  @Override
  public String toString() {
    return "[totals of " + entries.size() + " secrets]";
  }
}
