package dev.pale.providers.local;

import dev.pale.providers.http.Encoding;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Files that references name. */
final class Places {
  private Places() {}

  /** A decoded part of a reference; error 613 when it is not encoded properly. */
  static String decoded(String part) {
    String text = Encoding.decoded(part).orElse("\0");
    if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw malformed("it is not encoded properly, or holds a control character", "");
    }
    return text;
  }

  /** Error 613. */
  static PaleException malformed(String why, String mend) {
    return PaleException.of(613, "the reference is not of its store's form", why, mend);
  }

  /** Refuses a query, which no local store knows. */
  static void requireNoQuery(Reference reference) {
    if (!reference.query().isEmpty()) {
      throw malformed("it takes no parameters after ?", "");
    }
  }

  /** A file by its path: absolute, below {@code ~/}, or from the working folder. */
  static Path file(String written, Surroundings surroundings) {
    String text = decoded(written);
    try {
      return text.startsWith("~/")
          ? surroundings.home().resolve(text.substring(2))
          : surroundings.cwd().resolve(text);
    } catch (InvalidPathException e) {
      throw malformed("it is no path", "");
    }
  }

  /**
   * Reads a regular file; empty when there is none.
   *
   * @throws PaleException 639 when it is none, too large, or cannot be read
   */
  static Optional<byte[]> read(Path file, int mostBytes) {
    try {
      if (Files.notExists(file)) {
        return Optional.empty();
      }
      if (!Files.isRegularFile(file)) {
        throw unreadable("it is no regular file");
      }
      try (InputStream in = Files.newInputStream(file)) {
        byte[] all = in.readNBytes(mostBytes + 1);
        if (all.length > mostBytes) {
          throw unreadable("it is larger than " + mostBytes + " bytes");
        }
        return Optional.of(all);
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unreadable("reading it failed");
    }
  }

  /** Error 639. */
  static PaleException unreadable(String why) {
    return PaleException.of(
        639, "the file that the reference names cannot be read", why, "check path and permissions");
  }
}
