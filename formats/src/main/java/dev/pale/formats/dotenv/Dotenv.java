package dev.pale.formats.dotenv;

import dev.pale.formats.dotenv.Problem.Severity;
import dev.pale.secrets.SecretName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
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

  /**
   * Reads a file.
   *
   * @param bytes the whole file; kept unchanged, and the caller wipes it
   * @param dialect whose reading becomes {@link DotenvFile#entries()}
   * @return entries, differences between the dialects, and problems (at most {@value
   *     Readings#MAX_PROBLEMS} and one); never throws for content
   */
  public static DotenvFile parse(byte[] bytes, Dialect dialect) {
    Readings pale = PaleReader.read(bytes);
    Readings chosen = pale;
    Comparison comparison = new Comparison(pale);
    for (Dialect other : Dialect.values()) {
      if (other != Dialect.PALE) {
        Readings readings = read(bytes, other);
        comparison.add(other, readings, other == dialect);
        if (other == dialect) {
          chosen = readings;
        }
      }
    }
    List<DotenvEntry> entries = entries(chosen);
    List<Problem> problems = new ArrayList<>(chosen.problems);
    problems.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
    DotenvFile file = new DotenvFile(entries, comparison.ambiguities(), problems);
    wipeUnused(List.of(pale, chosen), file);
    return file;
  }

  private static Readings read(byte[] bytes, Dialect dialect) {
    return switch (dialect) {
      case PALE -> PaleReader.read(bytes);
      case SHELL -> ShellReader.read(bytes);
      case DOTENV -> NodeDotenvReader.read(bytes);
      case DOCKER -> DockerReader.read(bytes);
    };
  }

  /** The last assignment of each name counts; the earlier ones are reported. */
  private static List<DotenvEntry> entries(Readings chosen) {
    Map<SecretName, Assignment> last = new HashMap<>();
    for (Assignment assignment : chosen.assignments) {
      if (assignment.reading().kind() == Reading.Kind.VALUE) {
        Assignment before = last.put(assignment.name(), assignment);
        if (before != null) {
          chosen.problem(
              assignment.line(),
              1,
              Severity.WARNING,
              assignment.name()
                  + " is assigned on lines "
                  + before.line()
                  + " and "
                  + assignment.line()
                  + "; the last one counts",
              "remove one of them");
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

  private static void wipeUnused(List<Readings> all, DotenvFile file) {
    Set<Object> used = Collections.newSetFromMap(new IdentityHashMap<>());
    for (DotenvEntry entry : file.entries()) {
      used.add(entry.value());
    }
    for (Ambiguity ambiguity : file.ambiguities()) {
      for (Dialect dialect : Dialect.values()) {
        ambiguity.reading(dialect).value().ifPresent(used::add);
      }
    }
    for (Readings readings : all) {
      for (Assignment assignment : readings.assignments) {
        assignment
            .reading()
            .value()
            .ifPresent(value -> {
              if (!used.contains(value)) {
                value.close();
              }
            });
      }
    }
  }
}
