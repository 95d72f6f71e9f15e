package dev.pale.formats.dotenv;

import java.util.List;

/**
 * A {@code .env} file as one dialect reads it, with what the others would make of it.
 *
 * <p>Not thread-safe with regard to {@link #close()}; otherwise immutable.
 */
public final class DotenvFile implements AutoCloseable {
  private final List<DotenvEntry> entries;
  private final List<Ambiguity> ambiguities;
  private final List<Problem> problems;

  DotenvFile(List<DotenvEntry> entries, List<Ambiguity> ambiguities, List<Problem> problems) {
    this.entries = List.copyOf(entries);
    this.ambiguities = List.copyOf(ambiguities);
    this.problems = List.copyOf(problems);
  }

  /** The variables, each once (the last assignment wins), in the order of their lines. */
  public List<DotenvEntry> entries() {
    return entries;
  }

  /** Where the dialects differ, in the order of lines. */
  public List<Ambiguity> ambiguities() {
    return ambiguities;
  }

  /** What is odd, in the order of lines. */
  public List<Problem> problems() {
    return problems;
  }

  /** Whether a value would be lost or wrong if {@link #entries()} were imported. */
  public boolean hasErrors() {
    for (Problem problem : problems) {
      if (problem.severity() == Problem.Severity.ERROR) {
        return true;
      }
    }
    return false;
  }

  /** Wipes all values. */
  @Override
  public void close() {
    for (DotenvEntry entry : entries) {
      entry.value().close();
    }
    for (Ambiguity ambiguity : ambiguities) {
      for (Dialect dialect : Dialect.values()) {
        ambiguity.reading(dialect).close();
      }
    }
  }
}
