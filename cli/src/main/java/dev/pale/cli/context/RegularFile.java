package dev.pale.cli.context;

import dev.pale.secrets.PaleException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that a command is told to read: what would block or never end is refused. */
public final class RegularFile {
  private RegularFile() {}

  /**
   * Refuses with error 138 a fifo or device; what the caller's shell opened itself, {@code <(…)},
   * is read.
   */
  public static void require(Path file) {
    boolean opened = file.startsWith("/dev/fd") || file.startsWith("/proc/self/fd");
    if (!opened && Files.exists(file) && !Files.isRegularFile(file)) {
      throw PaleException.of(
          138, file + " is not a regular file", "", "name a file, or pipe the content in");
    }
  }
}
