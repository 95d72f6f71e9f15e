package dev.pale.cli.transfer;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.Session;
import dev.pale.formats.dotenv.EnvExample;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import dev.pale.vault.SecretInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Brings the values of files into an environment: reads them, asks what is not clear, writes them
 * in one transaction, and reads them back.
 *
 * <p>Nothing is written before everything is clear. Not thread-safe; close it to wipe the values.
 */
public final class Importer implements AutoCloseable {
  private final Session session;
  private final ImportOptions options;
  private final List<SourceFile> sources = new ArrayList<>();
  private final SortedMap<SecretName, SecretValue> values = new TreeMap<>();

  /** An import with these options. */
  public Importer(Session session, ImportOptions options) {
    if (options.overwrite && options.skipExisting) {
      throw PaleException.usage(
          130, "--overwrite and --skip-existing exclude each other", "", "choose one");
    }
    this.session = session;
    this.options = options;
  }

  /**
   * Reads a file. May ask how to read a line.
   *
   * @param file {@code -} for standard input
   * @throws PaleException 138 unreadable, 140 dialects differ and nobody can be asked, 142 a line
   *     cannot be read, 137 a dangerous name
   */
  public void load(String file) {
    SourceFile source = SourceFile.read(session, options, file);
    sources.add(source);
    for (var entry : source.values().entrySet()) {
      if (entry.getKey().isDangerous() && !options.allowDangerousName) {
        throw PaleException.usage(
            137,
            entry.getKey()
                + " in "
                + file
                + " is a name that steers a loader, an interpreter or"
                + " Pale",
            "whoever can write its value could run code in every program that gets it",
            "remove the line, or add --allow-dangerous-name");
      }
      if (values.put(entry.getKey(), entry.getValue()) != null) {
        session
            .screen()
            .remark(entry.getKey() + " is in several files; the value of " + file + " counts");
      }
    }
  }

  /** The names that were read, in order. */
  public Set<SecretName> names() {
    return values.keySet();
  }

  /** What {@code .env.example} is to hold for the files that were read. */
  public String example() {
    StringBuilder text = new StringBuilder();
    for (SourceFile source : sources) {
      source.dotenv().ifPresent(file -> text.append(EnvExample.of(file)));
      for (Declared declared : source.declared()) {
        text.append(declared.name()).append("=\n");
      }
    }
    return text.toString();
  }

  /** What other tools' files declare, in their order. */
  public List<Declared> declared() {
    List<Declared> all = new ArrayList<>();
    sources.forEach(source -> all.addAll(source.declared()));
    return all;
  }

  /** What an import did, or would do. */
  public record Outcome(
      List<String> added, List<String> changed, List<String> same, List<String> skipped) {}

  /**
   * Writes what was read, in one transaction, and reads it back.
   *
   * @param dryRun only tells what would be done
   * @throws PaleException 141 when values differ and nobody says which shall stay
   */
  public Outcome store(Place place, boolean dryRun) {
    Outcome outcome = compare(place);
    if (!outcome.changed().isEmpty() && !dryRun) {
      outcome = settle(place, outcome);
    }
    if (dryRun) {
      return outcome;
    }
    SortedMap<SecretName, SecretValue> wanted = new TreeMap<>(values);
    for (String skipped : outcome.skipped()) {
      wanted.remove(SecretName.of(skipped));
    }
    if (!wanted.isEmpty()) {
      session
          .vault()
          .setAll(place, wanted, session.actor("import " + Screen.count(wanted.size(), "secret")));
      readBack(place, wanted);
    }
    return outcome;
  }

  private Outcome compare(Place place) {
    Set<SecretName> present = new HashSet<>();
    for (SecretInfo info : session.vault().list(place, session.actor("import"))) {
      if (info.deleted().isEmpty() && values.containsKey(info.name())) {
        present.add(info.name());
      }
    }
    Outcome outcome =
        new Outcome(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    SortedMap<SecretName, SecretValue> now =
        present.isEmpty() ? new TreeMap<>() : read(place, present);
    for (var entry : values.entrySet()) {
      String name = entry.getKey().text();
      SecretValue old = now.get(entry.getKey());
      if (old == null) {
        outcome.added().add(name);
      } else if (old.equals(entry.getValue())) {
        outcome.same().add(name);
      } else {
        outcome.changed().add(name);
      }
    }
    now.values().forEach(SecretValue::close);
    return outcome;
  }

  /** Values that are there and differ: replace, leave, ask, or refuse. */
  private Outcome settle(Place place, Outcome outcome) {
    String names = String.join(", ", outcome.changed());
    boolean skip = options.skipExisting;
    if (!skip && !options.overwrite) {
      if (!session.prompt().canAsk()) {
        throw PaleException.of(
            141,
            place + " has other values for " + names,
            "nothing was imported",
            "add --overwrite to replace them (old versions stay), or --skip-existing");
      }
      String answer =
          session
              .prompt()
              .line(
                  place + " has other values for " + names + "\n[o]verwrite, [s]kip or [c]ancel? ",
                  "add --overwrite or --skip-existing");
      skip = answer.startsWith("s");
      if (!skip && !answer.startsWith("o")) {
        throw PaleException.of(147, "nothing was imported", "cancelled", "");
      }
    }
    return skip
        ? new Outcome(outcome.added(), List.of(), outcome.same(), outcome.changed())
        : outcome;
  }

  private void readBack(Place place, SortedMap<SecretName, SecretValue> wanted) {
    SortedMap<SecretName, SecretValue> now = read(place, wanted.keySet());
    try {
      if (!now.equals(wanted)) {
        throw PaleException.of(
            150,
            "what was read back from the vault is not what was imported",
            "the files were left as they are",
            "pale vault verify");
      }
    } finally {
      now.values().forEach(SecretValue::close);
    }
  }

  private SortedMap<SecretName, SecretValue> read(Place place, Set<SecretName> names) {
    return session
        .vault()
        .read(
            ReadRequest.only(
                place, names, ReadRequest.Verb.COMPARE, session.actor("import: compare")));
  }

  /** The files that were read, for {@code init}, which offers to remove them. */
  public List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (SourceFile source : sources) {
      source.path().ifPresent(files::add);
    }
    return files;
  }

  /** Whether a file still holds the bytes that were imported. */
  public boolean isUnchanged(Path file) {
    for (SourceFile source : sources) {
      if (source.path().filter(file::equals).isPresent()) {
        return source.isUnchanged();
      }
    }
    return false;
  }

  @Override
  public void close() {
    sources.forEach(SourceFile::close);
    values.clear();
  }
}
