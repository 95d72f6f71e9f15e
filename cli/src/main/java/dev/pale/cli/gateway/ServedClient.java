package dev.pale.cli.gateway;

import dev.pale.secrets.PaleException;
import dev.pale.system.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * The folder of one client of {@code pale gateway serve}: a file of variables and what they point
 * to. Nothing in it is a real value; it is worthless once the gateway has ended.
 */
final class ServedClient {
  static final String FILE = "pale.env";

  private static final int MOST_TEXT = 1 << 16;

  private final Path folder;

  private ServedClient(Path folder) {
    this.folder = folder;
  }

  /**
   * The folder for a client, empty, 0700.
   *
   * @throws PaleException 789 when it holds what an earlier gateway did not write
   */
  static ServedClient create(Path out, String client, long uid) {
    Folders.create(out, uid);
    Path folder = out.resolve(client);
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      if (!Files.isRegularFile(folder.resolve(FILE), LinkOption.NOFOLLOW_LINKS)
          && !isEmpty(folder)) {
        throw PaleException.of(
            789,
            folder + " holds something that no gateway wrote",
            "a client's folder is emptied when the gateway starts and ends",
            "name another folder with --out, or remove it yourself");
      }
      SessionFolders.remove(folder);
    }
    return new ServedClient(Folders.create(folder, uid));
  }

  private static boolean isEmpty(Path folder) {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      return !files.iterator().hasNext();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder. */
  Path folder() {
    return folder;
  }

  /** The file of variables. */
  Path file() {
    return folder.resolve(FILE);
  }

  /**
   * Writes the variables. Files that name the folder name {@code seenAt} afterwards: a container
   * sees it under another path.
   */
  void write(SortedMap<String, String> variables, Path seenAt) {
    String here = folder.toString();
    String there = seenAt.toString();
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, String> each : variables.entrySet()) {
      text.append(each.getKey())
          .append('=')
          .append(quoted(each.getValue().replace(here, there)))
          .append('\n');
    }
    try {
      if (!here.equals(there)) {
        rewrite(here, there);
      }
      Files.write(
          Files.createFile(
              file(),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))),
          text.toString().getBytes(StandardCharsets.UTF_8),
          StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As it is where every reader takes it so, else in single quotes. */
  private static String quoted(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-_./:@,+=%*~".indexOf(c) >= 0;
      if (!plain) {
        return "'" + value.replace("'", "'\\''") + "'";
      }
    }
    return value;
  }

  private void rewrite(String here, String there) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> each = Files.newDirectoryStream(folder)) {
      each.forEach(files::add);
    }
    for (Path file : files) {
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= MOST_TEXT) {
        // One character a byte, so that files that are no text come out as they were.
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (text.contains(here)) {
          Files.writeString(
              file,
              text.replace(here, there),
              StandardCharsets.ISO_8859_1,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE);
        }
      }
    }
  }

  /** Takes the folder away. */
  void remove() {
    SessionFolders.remove(folder);
  }

  /** Names are parts of paths, of the log, and of what people type. */
  static void requireNames(List<String> names) {
    if (names.isEmpty()) {
      throw PaleException.usage(
          130,
          "pale gateway serve needs --client",
          "each client has a token of its own",
          "--client agent");
    }
    Set<String> seen = new java.util.HashSet<>();
    for (String name : names) {
      boolean good = !name.isEmpty() && name.length() <= 32 && name.charAt(0) != '-';
      for (int i = 0; i < name.length() && good; i++) {
        char c = name.charAt(i);
        good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
      }
      if (!good) {
        throw PaleException.usage(
            130,
            "--client does not take that name",
            "small letters, digits and hyphens",
            "--client agent-1");
      }
      if (!seen.add(name)) {
        throw PaleException.usage(130, "two clients are called " + name, "", "name them apart");
      }
    }
  }
}
