package dev.pale.formats.dotenv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.formats.Programs;
import dev.pale.secrets.Reveal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell's dialect against the real shells: what is read as a value is what they set. */
class ShellOracleTest {
  private static final String[] PIECES = {
    "x", "b c", "=", "\"", "'", "\\", "\\n", "\n", "\n", " ", "#", "y1", "export ", ":", "~", "$",
    "\\\"", "*", "é", "-", ".", "%", "\"a b\"", "'q$x'", "\\$", "\"\"", " #c", ";"
  };
  private static final String[] STARTS = {"A=", "B=", "C=", "export A=", "export B="};
  private static final String[] ENDS = {"\n", "\n", ";", " "};

  @TempDir Path folder;

  @Test
  void whatIsReadAsAValueIsWhatBashAndDashSet() throws IOException {
    Random random = new Random(7);
    int compared = 0;
    while (compared < 120) {
      byte[] text = text(random).getBytes(StandardCharsets.UTF_8);
      try (DotenvFile file = Dotenv.parse(text, Dialect.SHELL)) {
        if (!file.hasErrors() && !file.entries().isEmpty()) {
          compared++;
          Path path = Files.write(folder.resolve("f"), text);
          List<String> ours = new ArrayList<>();
          for (DotenvEntry entry : file.entries()) {
            ours.add(entry.name() + "=" + hex(entry.value().bytes(Reveal.COMPARE)));
          }
          for (String shell : List.of("bash", "dash")) {
            List<String> theirs = new ArrayList<>();
            Programs.shell(shell, path)
                .forEach((name, value) -> theirs.add(name + "=" + hex(value)));
            assertThat(theirs)
                .as("%s reads <%s>", shell, new String(text, StandardCharsets.UTF_8))
                .containsExactlyInAnyOrderElementsOf(ours);
          }
        }
      }
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int line = random.nextInt(3); line >= 0; line--) {
      text.append(STARTS[random.nextInt(STARTS.length)]);
      for (int i = random.nextInt(6); i > 0; i--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      text.append(ENDS[random.nextInt(ENDS.length)]);
    }
    return text.toString();
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
