package dev.pale.formats.dotenv;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A reader that goes over the file again for each line would need minutes for these; the limit is
 * far above what a linear one needs on a busy machine.
 */
class DotenvLinearTest {
  private static final int MB = 1 << 20;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A=x\n",
        "A='\n",
        "A=\"\n",
        "A=`\n",
        "A='\\'\n",
        "A=\"\\\"\n",
        "A='\\'\\'x\n",
        "A=\"\\\" x\n",
        "A=-----BEGIN X\n",
        "A=$(\n",
        "A=${\n",
        "A=\"$(\n",
        "A=a;",
        "export ",
        "A\n",
        "A:\n",
        "A: \n",
        "\n",
        " ",
        "#\n",
        "# c\nA=1\n",
        "A='x'y\n",
        "A=\\\n",
        "A=1 ",
        "`",
        "'",
        "\"",
        "\\\"",
        "(",
        "\r",
        "A=\r",
        "A=\u00a0\n",
        "$'",
        "=",
        "A=`\\`\n"
      })
  void theWorstIsReadInOneGo(String piece) {
    byte[] file = piece.repeat(MB / 2 / piece.length()).getBytes(StandardCharsets.UTF_8);
    assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> Dotenv.parse(file, Dialect.PALE).close());
  }

  @Test
  void fiveMegabytesOfAnOrdinaryFileAreRead() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; text.length() < 5 * MB; i++) {
      text.append("# comment\nexport NAME_")
          .append(i)
          .append("='value of ")
          .append(i)
          .append("'\n");
    }
    byte[] file = text.toString().getBytes(StandardCharsets.UTF_8);
    assertTimeoutPreemptively(
        Duration.ofSeconds(30), () -> Dotenv.parse(file, Dialect.PALE).close());
  }
}
