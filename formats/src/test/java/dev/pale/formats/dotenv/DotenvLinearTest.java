package dev.pale.formats.dotenv;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A reader that goes over 5 MB again for each line would need hours for these files; the limit is
 * far above what a linear one needs on a busy machine.
 */
class DotenvLinearTest {
  private static final int FIVE_MB = 5 << 20;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A=x\n", "A='\n", "A=\"\n", "A=`\n", "A='\\'\n", "A=\"\\\"\n", "A='\\'\\'x\n", "A=\"\\\" x\n",
        "A=-----BEGIN X\n", "A=$(\n", "A=${\n", "A=\"$(\n", "A=a;", "export ", "A\n", "A:\n", "A: \n",
        "\n", " ", "#\n", "# c\nA=1\n", "A='x'y\n", "A=\\\n", "A=1 ", "`", "'", "\"", "\\\"", "(", "\r",
        "A=\r", "A=\u00a0\n", "$'", "=", "A=`\\`\n"
      })
  void fiveMegabytesOfTheWorstAreReadInOneGo(String piece) {
    byte[] file = piece.repeat(FIVE_MB / piece.length() / 2).getBytes(StandardCharsets.UTF_8);
    assertTimeoutPreemptively(
        Duration.ofSeconds(60), () -> Dotenv.parse(file, Dialect.PALE).close());
  }
}
