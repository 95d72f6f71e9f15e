package dev.pale.formats.dotenv;

import dev.pale.secrets.SecretName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Walks along Pale's assignments and another dialect's, and keeps only what differs: a large file
 * in which all agree costs no memory here.
 */
final class Comparison {
  private final Readings pale;
  private final Map<Spot, Difference> differences = new HashMap<>();
  private final EnumMap<Dialect, Integer> stoppedAtLine = new EnumMap<>(Dialect.class);

  private record Spot(int line, SecretName name) {}

  /** Pale's reading and the ones that are not the same. */
  private record Difference(Reading pale, EnumMap<Dialect, Reading> others) {}

  Comparison(Readings pale) {
    this.pale = pale;
  }

  /**
   * Compares a dialect; its values that are the same as Pale's are wiped unless they are kept.
   *
   * <p>A line inside a value of several lines may look like an assignment to another dialect, and
   * its name may be a piece of a key: such lines are left out. That the value itself is read
   * differently is reported where it starts.
   */
  void add(Dialect dialect, Readings other, boolean keep) {
    stoppedAtLine.put(dialect, other.stoppedAtLine);
    int next = 0;
    int coveredTo = 0;
    for (Assignment ours : pale.assignments) {
      next = extras(dialect, other, next, ours.line(), coveredTo, keep);
      Reading theirs = Reading.UNSET;
      while (next < other.assignments.size() && other.assignments.get(next).line() == ours.line()) {
        Assignment candidate = other.assignments.get(next++);
        if (candidate.name().equals(ours.name())) {
          theirs = candidate.reading();
        } else if (ours.line() > coveredTo) {
          differ(candidate, Reading.UNSET, dialect, candidate.reading());
        }
      }
      if (!theirs.sameAs(ours.reading())) {
        if (ours.line() <= other.stoppedAtLine) {
          differ(ours, ours.reading(), dialect, theirs);
        }
      } else if (!keep) {
        theirs.close();
      }
      coveredTo = Math.max(coveredTo, ours.lastLine());
    }
    extras(dialect, other, next, Integer.MAX_VALUE, coveredTo, keep);
  }

  /** Assignments before a line where Pale sees none. */
  private int extras(
      Dialect dialect, Readings other, int from, int beforeLine, int coveredTo, boolean keep) {
    int next = from;
    while (next < other.assignments.size() && other.assignments.get(next).line() < beforeLine) {
      Assignment extra = other.assignments.get(next++);
      if (extra.line() > coveredTo) {
        differ(extra, Reading.UNSET, dialect, extra.reading());
      } else if (!keep) {
        extra.reading().close();
      }
    }
    return next;
  }

  private void differ(Assignment where, Reading ours, Dialect dialect, Reading theirs) {
    differences
        .computeIfAbsent(
            new Spot(where.line(), where.name()),
            spot -> new Difference(ours, new EnumMap<>(Dialect.class)))
        .others
        .put(dialect, theirs);
  }

  /** What differs, in the order of lines. */
  List<Ambiguity> ambiguities() {
    List<Ambiguity> found = new ArrayList<>();
    for (Map.Entry<Spot, Difference> difference : differences.entrySet()) {
      Spot spot = difference.getKey();
      EnumMap<Dialect, Reading> readings = new EnumMap<>(Dialect.class);
      for (Dialect dialect : Dialect.values()) {
        boolean readThatFar = spot.line <= stoppedAtLine.getOrDefault(dialect, Integer.MAX_VALUE);
        readings.put(dialect, readThatFar ? difference.getValue().pale : Reading.UNSET);
      }
      readings.putAll(difference.getValue().others);
      found.add(new Ambiguity(spot.name, spot.line, readings));
    }
    found.sort(Comparator.comparingInt(Ambiguity::line).thenComparing(Ambiguity::name));
    return found;
  }
}
