package dev.pale.gateway.name;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The list of suffixes below which anybody can get a name, or a place. Loaded at first use. */
final class SharedSuffixes {
  /** What kind of sharing it is; the data file explains them. */
  private enum Kind {
    REGISTRY,
    TENANT,
    CLOUD,
    SHARED
  }

  private static final String FILE = "shared-suffixes.txt";

  /** Top-level names that nobody sells. */
  private static final Set<String> PRIVATE_ROOTS =
      Set.of(
          "localhost",
          "local",
          "lan",
          "home",
          "internal",
          "intranet",
          "corp",
          "test",
          "example",
          "invalid",
          "private");

  private static final List<Entry> ENTRIES = load();

  /** One line of the file; a label may be a star. */
  private record Entry(Kind kind, String text, List<String> labels) {}

  private SharedSuffixes() {}

  static Optional<String> sharing(HostPattern pattern) {
    if (pattern.base().isAddress()) {
      return Optional.empty();
    }
    List<String> base = labels(pattern.base().text());
    for (Entry entry : ENTRIES) {
      String why = sharing(pattern.wildcard(), base, entry);
      if (why != null) {
        return Optional.of(why);
      }
    }
    if (pattern.isWildcard() && base.size() == 1 && !PRIVATE_ROOTS.contains(base.getFirst())) {
      return Optional.of("*." + base.getFirst() + ": anybody can rent a name there");
    }
    return Optional.empty();
  }

  private static @Nullable String sharing(
      HostPattern.Wildcard wildcard, List<String> base, Entry entry) {
    int deeper = base.size() - entry.labels.size();
    boolean within = deeper >= 0 && tailsAgree(base, entry.labels, entry.labels.size());
    if (entry.kind == Kind.SHARED) {
      // The wildcard can stand for the labels that the entry has more than the base.
      boolean reaches =
          deeper < 0
              && tailsAgree(base, entry.labels, base.size())
              && (wildcard == HostPattern.Wildcard.ANY_DEPTH
                  || (wildcard == HostPattern.Wildcard.ONE_LABEL && deeper == -1));
      return within || reaches
          ? entry.text
              + ": one service for everybody, the path or the name chooses whose part it is"
          : null;
    }
    boolean rented =
        switch (wildcard) {
          case NONE -> false;
          case ONE_LABEL -> within && (deeper == 0 || entry.kind == Kind.CLOUD);
          case ANY_DEPTH ->
              (within && (deeper == 0 || entry.kind == Kind.CLOUD))
                  || (deeper < 0 && tailsAgree(base, entry.labels, base.size()));
        };
    return rented ? "*." + entry.text + ": anybody can rent a name there" : null;
  }

  /** Whether the last labels agree; a star in the entry agrees with any. */
  private static boolean tailsAgree(List<String> name, List<String> entry, int count) {
    for (int i = 1; i <= count; i++) {
      String wanted = entry.get(entry.size() - i);
      if (!wanted.equals("*") && !wanted.equals(name.get(name.size() - i))) {
        return false;
      }
    }
    return true;
  }

  private static List<String> labels(String name) {
    List<String> labels = new ArrayList<>();
    int from = 0;
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', from)) {
      labels.add(name.substring(from, dot));
      from = dot + 1;
    }
    labels.add(name.substring(from));
    return List.copyOf(labels);
  }

  private static List<Entry> load() {
    try (InputStream in = SharedSuffixes.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is missing");
      }
      List<Entry> entries = new ArrayList<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
        int blank = line.indexOf(' ');
        if (blank < 0 || line.startsWith("#")) {
          continue;
        }
        Kind kind = Kind.valueOf(line.substring(0, blank).toUpperCase(Locale.ROOT));
        for (String suffix : line.substring(blank + 1).trim().split(" +", -1)) {
          entries.add(new Entry(kind, suffix, labels(suffix)));
        }
      }
      return List.copyOf(entries);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
