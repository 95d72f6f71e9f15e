package dev.pale.formats.project;

import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** A small file of Pale's own in the state folder: mode 0600, read whole, replaced atomically. */
final class StateFile {
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path file;
  private final int code;
  private final String again;

  /**
   * A file that need not be there yet.
   *
   * @param code of the error for a file that is damaged or not safe
   * @param again what the user does once such a file is removed
   */
  StateFile(Path file, int code, String again) {
    this.file = file;
    this.code = code;
    this.again = again;
  }

  /** The content; empty when there is no file. */
  byte[] read() {
    Optional<SafeFile.Stat> is = SafeFile.stat(file);
    if (is.isEmpty()) {
      return new byte[0];
    }
    if ((is.get().mode() & 0170077) != 0100000) {
      throw PaleException.of(
          code,
          file + " is not safe",
          "it must be a regular file that only you can read and write",
          "remove it, and " + again);
    }
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(byte[] content) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      Path fresh = Files.createTempFile(folder, "pale", ".new", OWNER_ONLY);
      try {
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
          ByteBuffer bytes = ByteBuffer.wrap(content);
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
          channel.force(true);
        }
        Files.move(
            fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  PaleException damaged() {
    return PaleException.of(code, file + " is damaged", "", "remove it, and " + again);
  }

  /** The folder's real path with the file's own name. */
  static Path canonical(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    Path folder = absolute.getParent();
    if (folder == null) {
      return absolute;
    }
    try {
      return folder.toRealPath().resolve(absolute.getFileName());
    } catch (IOException gone) {
      // A folder that is gone can still be forgotten under the name that it had.
      return absolute;
    }
  }

  /** A path on one line. */
  static String escaped(String path) {
    return path.replace("\\", "\\\\").replace("\n", "\\n");
  }

  static String unescaped(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        i++;
        c = text.charAt(i) == 'n' ? '\n' : text.charAt(i);
      }
      out.append(c);
    }
    return out.toString();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
