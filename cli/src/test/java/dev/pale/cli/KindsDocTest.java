package dev.pale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.providers.ProviderTypes;
import dev.pale.providers.spi.ProviderType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code docs/references.md} shows how references of every kind are written. */
final class KindsDocTest {
  private static final Path DOC = Path.of("../docs/references.md");
  private static final String BEGIN = "<!-- kinds -->\n";
  private static final String END = "<!-- end of kinds -->";

  private static String table() {
    StringBuilder table =
        new StringBuilder(
            "| kind | references | works without `provider add` |\n| --- | --- | --- |\n");
    for (ProviderType type : ProviderTypes.all()) {
      List<String> examples = new ArrayList<>();
      for (String example : type.examples()) {
        examples.add("`" + example.replace("|", "\\|") + "`");
      }
      table
          .append("| `")
          .append(type.kind())
          .append("`: ")
          .append(type.title())
          .append(" | ")
          .append(String.join("<br>", examples))
          .append(" | ")
          .append(type.worksUnconfigured() ? "yes" : "no")
          .append(" |\n");
    }
    return table.toString();
  }

  @Test
  void everyKindIsInTheDocumentation() throws IOException {
    String doc = Files.readString(DOC);
    int from = doc.indexOf(BEGIN) + BEGIN.length();
    int to = doc.indexOf(END);
    String wanted = doc.substring(0, from) + table() + doc.substring(to);
    if (Boolean.getBoolean("pale.write.docs")) {
      Files.writeString(DOC, wanted);
    }
    assertThat(DOC).as("run this test with -Dpale.write.docs=true").hasContent(wanted);
  }
}
