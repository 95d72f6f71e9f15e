package dev.pale.gateway.log;

import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Where the parts of a session's log are: {@code S.jsonl}, {@code S.2.jsonl}, {@code S.3.jsonl}.
 */
final class LogFiles {
  private static final String SUFFIX = ".jsonl";

  private static final String OWNER = "rwx------";
  private static final String NOBODY_ELSE = "------";

  private LogFiles() {}

  /** Makes the folder, or refuses one that others may enter. */
  static void folder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER)));
    }
    String mode =
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS));
    if (!mode.endsWith(NOBODY_ELSE)) {
      throw PaleException.of(
          751,
          "the folder of the request logs is open to others: " + folder,
          "its mode is " + mode,
          "chmod 700 " + folder);
    }
  }

  static boolean isSession(String session) {
    if (session.isEmpty() || session.length() > 64) {
      return false;
    }
    for (int i = 0; i < session.length(); i++) {
      char c = session.charAt(i);
      if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
          && c != '-'
          && c != '_') {
        return false;
      }
    }
    return true;
  }

  /** A part, the first is 1. */
  static Path part(Path folder, String session, int part) {
    return folder.resolve(part == 1 ? session + SUFFIX : session + "." + part + SUFFIX);
  }

  /** The parts that are there, in order. */
  static List<Path> parts(Path folder, String session) {
    List<Path> parts = new ArrayList<>();
    Path next = part(folder, session, 1);
    while (Files.isRegularFile(next, LinkOption.NOFOLLOW_LINKS)) {
      parts.add(next);
      next = part(folder, session, parts.size() + 1);
    }
    return parts;
  }

  /** The session of a first part; empty for any other file. */
  static String session(Path file) {
    String name = String.valueOf(file.getFileName());
    if (!name.endsWith(SUFFIX)) {
      return "";
    }
    String session = name.substring(0, name.length() - SUFFIX.length());
    return isSession(session) ? session : "";
  }

  /** A new file that only its owner can open. */
  static FileChannel create(Path file) throws IOException {
    Set<OpenOption> options =
        Set.of(
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    return FileChannel.open(
        file,
        options,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }
}
