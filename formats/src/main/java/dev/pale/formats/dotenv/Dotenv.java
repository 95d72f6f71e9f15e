package dev.pale.formats.dotenv;

import dev.pale.formats.dotenv.Problem.Severity;
import dev.pale.secrets.SecretName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads {@code .env} files. Nothing in the file is ever run or expanded.
 *
 * <p>Linear in the size of the file. Thread-safe: no state.
 */
public final class Dotenv {
  private Dotenv() {}

  /** The same assignment in several dialects. */
  private record Spot(int line, SecretName name) {}

  /**
   * Reads a file.
   *
   * @param bytes the whole file; kept unchanged, and the caller wipes it
   * @param dialect whose reading becomes {@link DotenvFile#entries()}
   * @return entries, differences between the dialects, and problems; never throws for content
   */
  public static DotenvFile parse(byte[] bytes, Dialect dialect) {
    EnumMap<Dialect, Readings> all = new EnumMap<>(Dialect.class);
    all.put(Dialect.PALE, PaleReader.read(bytes));
    all.put(Dialect.SHELL, ShellReader.read(bytes));
    all.put(Dialect.DOTENV, NodeDotenvReader.read(bytes));
    all.put(Dialect.DOCKER, DockerReader.read(bytes));
    Readings chosen = all.getOrDefault(dialect, new Readings(bytes));

    List<Problem> problems = new ArrayList<>(chosen.problems);
    List<DotenvEntry> entries = entries(chosen, problems);
    problems.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
    List<Ambiguity> ambiguities = ambiguities(all);
    DotenvFile file = new DotenvFile(entries, ambiguities, problems);
    wipeUnused(all, file);
    return file;
  }

  /** The last assignment of each name counts; the earlier ones are reported. */
  private static List<DotenvEntry> entries(Readings chosen, List<Problem> problems) {
    Map<SecretName, Assignment> last = new HashMap<>();
    for (Assignment assignment : chosen.assignments) {
      if (assignment.reading().kind() == Reading.Kind.VALUE) {
        Assignment before = last.put(assignment.name(), assignment);
        if (before != null) {
          problems.add(
              new Problem(
                  assignment.line(),
                  1,
                  Severity.WARNING,
                  assignment.name()
                      + " is assigned on lines "
                      + before.line()
                      + " and "
                      + assignment.line()
                      + "; the last one counts",
                  "remove one of them"));
        }
      }
    }
    List<DotenvEntry> entries = new ArrayList<>();
    for (Assignment assignment : chosen.assignments) {
      if (last.get(assignment.name()) == assignment) {
        entries.add(
            new DotenvEntry(
                assignment.name(),
                assignment.reading().value().orElseThrow(),
                assignment.line(),
                assignment.comment()));
      }
    }
    return entries;
  }

  private static List<Ambiguity> ambiguities(EnumMap<Dialect, Readings> all) {
    Readings pale = all.getOrDefault(Dialect.PALE, new Readings(new byte[0]));
    Map<Spot, EnumMap<Dialect, Reading>> spots = new HashMap<>();
    for (Assignment assignment : pale.assignments) {
      at(spots, assignment).put(Dialect.PALE, assignment.reading());
    }
    for (Map.Entry<Dialect, Readings> other : all.entrySet()) {
      if (other.getKey() != Dialect.PALE) {
        addOther(spots, pale, other.getKey(), other.getValue());
      }
    }
    List<Ambiguity> found = new ArrayList<>();
    for (Map.Entry<Spot, EnumMap<Dialect, Reading>> spot : spots.entrySet()) {
      Ambiguity ambiguity =
          new Ambiguity(spot.getKey().name(), spot.getKey().line(), spot.getValue());
      if (differs(ambiguity, all)) {
        found.add(ambiguity);
      }
    }
    found.sort(Comparator.comparingInt(Ambiguity::line).thenComparing(Ambiguity::name));
    return found;
  }

  /**
   * A line inside a value of several lines may look like an assignment to another dialect, and its
   * name may be a piece of a key: such lines are left out. That the value itself is read differently
   * is reported where it starts.
   */
  private static void addOther(
      Map<Spot, EnumMap<Dialect, Reading>> spots, Readings pale, Dialect dialect, Readings other) {
    int next = 0;
    int coveredFrom = 0;
    int coveredTo = 0;
    for (Assignment assignment : other.assignments) {
      while (next < pale.assignments.size()
          && pale.assignments.get(next).line() <= assignment.line()) {
        coveredFrom = pale.assignments.get(next).line();
        coveredTo = Math.max(coveredTo, pale.assignments.get(next).lastLine());
        next++;
      }
      boolean inside = assignment.line() > coveredFrom && assignment.line() <= coveredTo;
      if (!inside) {
        at(spots, assignment).put(dialect, assignment.reading());
      }
    }
  }

  private static EnumMap<Dialect, Reading> at(
      Map<Spot, EnumMap<Dialect, Reading>> spots, Assignment assignment) {
    return spots.computeIfAbsent(
        new Spot(assignment.line(), assignment.name()), spot -> new EnumMap<>(Dialect.class));
  }

  private static boolean differs(Ambiguity ambiguity, EnumMap<Dialect, Readings> all) {
    Reading pale = ambiguity.reading(Dialect.PALE);
    for (Map.Entry<Dialect, Readings> dialect : all.entrySet()) {
      boolean readThatFar = ambiguity.line() <= dialect.getValue().stoppedAtLine;
      if (readThatFar && !ambiguity.reading(dialect.getKey()).sameAs(pale)) {
        return true;
      }
    }
    return false;
  }

  private static void wipeUnused(EnumMap<Dialect, Readings> all, DotenvFile file) {
    Set<Object> used = Collections.newSetFromMap(new IdentityHashMap<>());
    for (DotenvEntry entry : file.entries()) {
      used.add(entry.value());
    }
    for (Ambiguity ambiguity : file.ambiguities()) {
      for (Dialect dialect : Dialect.values()) {
        ambiguity.reading(dialect).value().ifPresent(used::add);
      }
    }
    for (Readings readings : all.values()) {
      for (Assignment assignment : readings.assignments) {
        assignment
            .reading()
            .value()
            .ifPresent(
                value -> {
                  if (!used.contains(value)) {
                    value.close();
                  }
                });
      }
    }
  }
}
