package dev.pale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class DocsTest {
  private static final Pattern THROWN =
      Pattern.compile("\\b(?:of|usage|changed)\\(\\s*([1-9]\\d\\d),\\s");

  private static Set<String> thrown() throws IOException {
    Set<String> codes = new TreeSet<>();
    try (var files = Files.walk(Path.of(".."))) {
      for (Path file :
          files
              .filter(f -> f.toString().endsWith(".java"))
              .filter(f -> f.toString().contains("/src/main/"))
              .toList()) {
        String source = Files.readString(file);
        if (source.contains("PaleException") || source.contains("Failures.changed")) {
          Matcher matcher = THROWN.matcher(source);
          while (matcher.find()) {
            codes.add("PALE-" + matcher.group(1));
          }
        }
      }
    }
    return codes;
  }

  @Test
  void everyCodeThatIsThrownIsInTheCatalogue() throws IOException {
    Set<String> thrown = thrown();
    assertThat(thrown).hasSizeGreaterThan(60);
    String catalogue = Files.readString(Path.of("../docs/errors.md"));
    assertThat(thrown).allSatisfy(code -> assertThat(catalogue).contains("| " + code + " |"));
  }

  @Test
  void noCodeIsInTheCatalogueTwice() throws IOException {
    Set<String> seen = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of("../docs/errors.md"))) {
      if (line.startsWith("| PALE-")) {
        assertThat(seen.add(line.substring(2, 10))).as(line).isTrue();
      }
    }
  }
}
