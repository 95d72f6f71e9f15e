package dev.pale.delivery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What {@code /proc} says of other processes; world-readable whatever their doors. */
final class ProcessTable {
  private ProcessTable() {}

  /**
   * One process, as {@code proc_pid_stat(5)} has it.
   *
   * @param startTicks with the id, names a process for ever: ids are given out again
   */
  record Entry(int pid, char state, int parent, int group, int session, long startTicks) {
    /** Whether it is more than a name on the list. */
    boolean isAlive() {
      return state != 'Z' && state != 'X';
    }

    /** Whether a signal or a debugger stopped it. */
    boolean isStopped() {
      return state == 'T';
    }
  }

  /** A process, or empty when it is gone. */
  static Optional<Entry> find(int pid) {
    String text;
    try (FileInputStream in = new FileInputStream("/proc/" + pid + "/stat")) {
      text = new String(in.readAllBytes(), ISO_8859_1);
    } catch (IOException gone) {
      return Optional.empty();
    }
    // The program's name stands in parentheses and may hold anything, parentheses too.
    int from = text.lastIndexOf(')') + 2;
    String[] fields = new String[20];
    for (int i = 0; i < fields.length; i++) {
      int to = text.indexOf(' ', from);
      if (from < 2 || to < 0) {
        return Optional.empty();
      }
      fields[i] = text.substring(from, to);
      from = to + 1;
    }
    return Optional.of(
        new Entry(
            pid,
            fields[0].charAt(0),
            Integer.parseInt(fields[1]),
            Integer.parseInt(fields[2]),
            Integer.parseInt(fields[3]),
            Long.parseLong(fields[19])));
  }

  /** All living descendants of a process, itself not included. */
  static List<Entry> descendants(int ancestor) {
    List<Entry> all = new ArrayList<>();
    String[] names = new File("/proc").list();
    for (String name : names == null ? new String[0] : names) {
      if (name.charAt(0) >= '1' && name.charAt(0) <= '9') {
        Optional<Entry> entry = find(Integer.parseInt(name));
        if (entry.isPresent()) {
          all.add(entry.get());
        }
      }
    }
    Set<Integer> family = new HashSet<>();
    family.add(ancestor);
    List<Entry> found = new ArrayList<>();
    boolean grown = true;
    while (grown) {
      grown = false;
      for (Entry entry : all) {
        if (family.contains(entry.parent()) && family.add(entry.pid())) {
          grown = true;
          if (entry.isAlive()) {
            found.add(entry);
          }
        }
      }
    }
    return found;
  }
}
