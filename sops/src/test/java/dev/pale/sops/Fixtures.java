package dev.pale.sops;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where files of sops itself are: the system property {@code pale.fixtures}, or {@code
 * shared/fixtures} beside the checkout or above it. They are not part of the repository.
 */
final class Fixtures {
  private Fixtures() {}

  /** A line of the manifest. */
  record Row(String file, String format, String key, String expected, String version) {
    SopsFormat sopsFormat() {
      return switch (format) {
        case "yaml" -> SopsFormat.YAML;
        case "json" -> SopsFormat.JSON;
        case "env" -> SopsFormat.DOTENV;
        case "ini" -> SopsFormat.INI;
        default -> SopsFormat.BINARY;
      };
    }
  }

  static Optional<Path> folder() {
    String named = System.getProperty("pale.fixtures", "");
    if (!named.isEmpty()) {
      return Optional.of(Path.of(named, "sops"));
    }
    for (Path above = Path.of("").toAbsolutePath(); above != null; above = above.getParent()) {
      Path folder = above.resolve("shared").resolve("fixtures").resolve("sops");
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

  static boolean exists(String name) {
    return Files.exists(folder().orElseThrow().resolve(name));
  }

  static List<Row> rows() {
    try {
      return Files.readAllLines(folder().orElseThrow().resolve("MANIFEST.tsv")).stream()
          .skip(1)
          .map(line -> line.split("\t", -1))
          .map(cells -> new Row(cells[0], cells[1], cells[2], cells[3], cells[4]))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
