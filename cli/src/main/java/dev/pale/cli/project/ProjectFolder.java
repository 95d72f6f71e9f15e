package dev.pale.cli.project;

import dev.pale.cli.transfer.Declared;
import dev.pale.formats.dotenv.EnvExample;
import dev.pale.formats.foreign.ForeignKind;
import dev.pale.formats.project.ProjectFile;
import dev.pale.formats.toml.TomlEditor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** What {@code init} writes into the project's folder; what is there stays. */
final class ProjectFolder {
  private static final List<String> IGNORED =
      List.of(".env", ".env.*", "!.env.example", "!.env*.age");
  private static final String HEAD =
      "# What this project needs from Pale. Commit this file: it holds no plaintext.\n";

  private final Path folder;
  private final List<String> written = new ArrayList<>();

  ProjectFolder(Path folder) {
    this.folder = folder;
  }

  /** The files that were written or changed. */
  List<String> written() {
    return written;
  }

  /** The folder's name as a project name: other characters become dashes. */
  static String projectName(Path folder) {
    Path last = folder.getFileName();
    StringBuilder name = new StringBuilder();
    String text = last == null ? "" : last.toString().toLowerCase(Locale.ROOT);
    for (int i = 0; i < text.length() && name.length() < 64; i++) {
      char c = text.charAt(i);
      boolean word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      boolean mark = c == '-' || c == '_' || c == '.';
      if (word || (mark && !name.isEmpty() && name.charAt(name.length() - 1) != '.')) {
        name.append(c);
      } else if (!name.isEmpty() && name.charAt(name.length() - 1) != '-') {
        name.append('-');
      }
    }
    String trimmed = name.toString();
    while (trimmed.endsWith("-") || trimmed.endsWith(".")) {
      trimmed = trimmed.substring(0, trimmed.length() - 1);
    }
    return Place.isSegment(trimmed) ? trimmed : "project";
  }

  /** Makes {@code pale.toml} unless it is there. */
  void projectFile(Place place) {
    String text =
        TomlEditor.of(HEAD, ProjectFile.NAME)
            .set("", "project", place.project())
            .set("", "environment", place.environment())
            .text();
    createNew(ProjectFile.NAME, text);
  }

  /**
   * Adds a table to {@code pale.toml} for each secret that it does not declare yet.
   *
   * @return how many take their value from another store
   */
  int declare(List<Declared> secrets) {
    Path file = folder.resolve(ProjectFile.NAME);
    if (secrets.isEmpty() || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return 0;
    }
    int elsewhere = 0;
    try {
      String before = Files.readString(file);
      TomlEditor editor = TomlEditor.of(before, ProjectFile.NAME);
      ProjectFile known = ProjectFile.parse(before.getBytes(StandardCharsets.UTF_8));
      for (Declared secret : secrets) {
        if (known.secrets().stream().anyMatch(there -> there.name().equals(secret.name()))) {
          continue;
        }
        String table = "secrets." + secret.name();
        editor.addTable(table);
        if (!secret.description().isEmpty()) {
          editor.set(table, "description", secret.description());
        }
        if (secret.optional()) {
          editor.set(table, "optional", true);
        }
        if (!secret.from().isEmpty()) {
          editor.set(table, "from", secret.from());
          elsewhere++;
        }
      }
      String after = editor.text();
      // What is written must be what will be read.
      ProjectFile.parse(after.getBytes(StandardCharsets.UTF_8));
      if (!after.equals(before)) {
        replace(file, after);
        if (!written.contains(ProjectFile.NAME)) {
          written.add(ProjectFile.NAME);
        }
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
    return elsewhere;
  }

  private void replace(Path file, String text) throws IOException {
    // A name of its own: one that is left over, or came with the repository, would be in the way.
    Path beside = folder.resolve(".pale-" + UUID.randomUUID());
    try {
      Files.writeString(beside, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      if (Files.exists(file)) {
        Files.setPosixFilePermissions(beside, Files.getPosixFilePermissions(file));
      }
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /** Makes {@code .env.example} unless it is there. */
  void example(String names) {
    createNew(
        ".env.example",
        "# The secrets of this project, without values. pale list shows them; pale set NAME adds"
            + " one.\n"
            + names);
  }

  /** Adds the lines that keep plaintext out of git. */
  void ignore() {
    Path file = folder.resolve(".gitignore");
    try {
      if (Files.isSymbolicLink(file)) {
        throw PaleException.of(
            139,
            ".gitignore is a symbolic link, which Pale does not write through",
            "",
            "add these lines to it yourself: " + String.join(", ", IGNORED));
      }
      String before =
          Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.readString(file) : "";
      String after = EnvExample.mergeGitignore(before, IGNORED);
      if (!after.equals(before)) {
        replace(file, after);
        written.add(".gitignore");
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private void createNew(String name, String text) {
    Path file = folder.resolve(name);
    try {
      Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      written.add(name);
    } catch (FileAlreadyExistsException there) {
      // Somebody's own file: it stays as it is.
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static PaleException unwritable(Path file, IOException e) {
    return PaleException.of(
        139,
        "cannot write " + file,
        e.getClass().getSimpleName(),
        "check the folder's mode and the free space",
        e);
  }

  /** Other tools' files that can be brought in. */
  List<String> foreign() {
    List<String> found = new ArrayList<>();
    for (ForeignKind kind : ForeignKind.values()) {
      for (String name : kind.files()) {
        if (Files.isRegularFile(folder.resolve(name))) {
          found.add(name);
        }
      }
    }
    return found;
  }

  /**
   * Files that look like plaintext secrets: {@code .env} and {@code .env.NAME}, without examples.
   */
  List<String> candidates() {
    List<String> found = new ArrayList<>();
    try (var files = Files.newDirectoryStream(folder, ".env*")) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        boolean example =
            name.contains("example") || name.contains("sample") || name.contains("template");
        boolean other =
            name.equals(".env.schema")
                || name.equals(".env.keys")
                || name.endsWith(".age")
                || name.endsWith(".tpl");
        if (!example
            && !other
            && (name.equals(".env") || name.startsWith(".env."))
            && Files.isRegularFile(file)) {
          found.add(name);
        }
      }
    } catch (IOException e) {
      return List.of();
    }
    found.sort(null);
    return found;
  }
}
