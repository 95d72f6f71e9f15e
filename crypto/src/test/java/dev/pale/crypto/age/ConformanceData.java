package dev.pale.crypto.age;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the test files of other implementations are: the system property {@code
 * pale.age.conformance}, or {@code shared/fixtures/age} beside the checkout or above it. They are
 * not part of the repository.
 */
final class ConformanceData {
  private ConformanceData() {}

  static Optional<Path> folder() {
    String named = System.getProperty("pale.age.conformance", "");
    if (!named.isEmpty()) {
      return Optional.of(Path.of(named));
    }
    for (Path above = Path.of("").toAbsolutePath(); above != null; above = above.getParent()) {
      Path folder = above.resolve("shared").resolve("fixtures").resolve("age");
      if (Files.isDirectory(folder)) {
        return Optional.of(folder);
      }
    }
    return Optional.empty();
  }

  /** For {@code @EnabledIf}. */
  static boolean present() {
    boolean present = folder().isPresent();
    if (!present) {
      System.out.println("skipped: conformance data not present");
    }
    return present;
  }

  static byte[] bytes(String name) {
    try {
      return Files.readAllBytes(folder().orElseThrow().resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
