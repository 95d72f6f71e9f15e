package dev.pale.cli.transfer;

import dev.pale.cli.context.RegularFile;
import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.Session;
import dev.pale.formats.dotenv.Dialect;
import dev.pale.formats.dotenv.Dotenv;
import dev.pale.formats.dotenv.DotenvEntry;
import dev.pale.formats.dotenv.DotenvFile;
import dev.pale.formats.dotenv.Problem;
import dev.pale.formats.export.JsonImport;
import dev.pale.formats.foreign.ForeignKind;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** One file of an import, read whole. */
final class SourceFile implements AutoCloseable {
  private static final int MAX_BYTES = 64 << 20;

  private final Optional<Path> path;
  private final byte[] bytes;
  private final Optional<DotenvFile> dotenv;
  private final SortedMap<SecretName, SecretValue> values;
  private final List<Declared> declared;

  private SourceFile(
      Optional<Path> path,
      byte[] bytes,
      Optional<DotenvFile> dotenv,
      SortedMap<SecretName, SecretValue> values,
      List<Declared> declared) {
    this.path = path;
    this.bytes = bytes;
    this.dotenv = dotenv;
    this.values = values;
    this.declared = List.copyOf(declared);
  }

  static SourceFile read(Session session, ImportOptions options, String file) {
    Optional<Path> path =
        file.equals("-") ? Optional.empty() : Optional.of(session.context().cwd().resolve(file));
    byte[] bytes = bytes(session, path, file);
    Optional<ForeignKind> foreign = ForeignSource.kind(file);
    if (foreign.isPresent()) {
      SortedMap<SecretName, SecretValue> values = new TreeMap<>();
      List<Declared> declared = ForeignSource.read(session, foreign.get(), bytes, file, values);
      return new SourceFile(Optional.empty(), bytes, Optional.empty(), values, declared);
    }
    if (file.endsWith(".json")) {
      return new SourceFile(path, bytes, Optional.empty(), JsonImport.read(bytes, file), List.of());
    }
    Optional<Dialect> chosen = options.chosen();
    DotenvFile dotenv = Dotenv.parse(bytes, chosen.orElse(Dialect.PALE));
    Differences differences = new Differences(session, file, dotenv);
    SortedMap<SecretName, SecretValue> values = new TreeMap<>();
    for (DotenvEntry entry : dotenv.entries()) {
      values.put(entry.name(), entry.value());
    }
    if (chosen.isEmpty()) {
      differences.settle(values);
    }
    problems(session, file, dotenv, differences);
    if (DotenvxValues.open(session, file, path, values)) {
      // No plaintext file, and what it shows of its names is in what is declared.
      List<Declared> names = new ArrayList<>();
      values.keySet().forEach(name -> names.add(new Declared(name, "", false, "")));
      return new SourceFile(Optional.empty(), bytes, Optional.empty(), values, names);
    }
    return new SourceFile(path, bytes, Optional.of(dotenv), values, List.of());
  }

  private static byte[] bytes(Session session, Optional<Path> path, String file) {
    try {
      byte[] bytes = path.isEmpty() ? limited(session.context().in()) : limited(path.get());
      if (bytes.length > MAX_BYTES) {
        throw PaleException.of(138, file + " is larger than 64 MiB", "", "split it");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw PaleException.of(138, "there is no file " + file, "", "check the path", e);
    } catch (IOException e) {
      throw PaleException.of(
          138, "cannot read " + file, e.getClass().getSimpleName(), "check the file's mode", e);
    }
  }

  private static byte[] limited(Path file) throws IOException {
    RegularFile.require(file);
    try (InputStream in = Files.newInputStream(file)) {
      return limited(in);
    }
  }

  private static byte[] limited(InputStream in) throws IOException {
    return in.readNBytes(MAX_BYTES + 1);
  }

  private static void problems(
      Session session, String file, DotenvFile dotenv, Differences differences) {
    StringBuilder errors = new StringBuilder();
    Screen screen = session.screen();
    for (Problem problem : dotenv.problems()) {
      String text = file + ":" + problem.line() + ": " + problem.what();
      if (!problem.mend().isEmpty()) {
        text += " (" + problem.mend() + ")";
      }
      if (problem.severity() == Problem.Severity.ERROR && !differences.settled(problem.line())) {
        errors.append(errors.isEmpty() ? "" : "\n").append(text);
      } else if (problem.severity() == Problem.Severity.WARNING) {
        screen.warning(text);
      } else {
        screen.remark(text);
      }
    }
    if (!errors.isEmpty()) {
      throw PaleException.of(
          142,
          "cannot read all of " + file,
          errors.toString(),
          "mend these lines and repeat; nothing was imported");
    }
  }

  Optional<Path> path() {
    return path;
  }

  Optional<DotenvFile> dotenv() {
    return dotenv;
  }

  /** What another tool's file declares, for {@code pale.toml}. */
  List<Declared> declared() {
    return declared;
  }

  SortedMap<SecretName, SecretValue> values() {
    return values;
  }

  /** Whether the file still holds what was read: somebody may have edited it meanwhile. */
  boolean isUnchanged() {
    try {
      return path.isPresent() && MessageDigest.isEqual(bytes, Files.readAllBytes(path.get()));
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
    values.values().forEach(SecretValue::close);
    dotenv.ifPresent(DotenvFile::close);
  }
}
