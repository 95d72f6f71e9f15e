package dev.pale.formats.dotenv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.formats.dotenv.Problem.Severity;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DotenvTest {
  /**
   * Each line as the four dialects read it; the research that this follows is in docs/dotenv.md.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        // line | pale | shell | dotenv | docker
        "A=plain            | plain       | plain     | plain          | plain",
        "A=hash#tag         | hash#tag    | hash#tag  | hash           | hash#tag",
        "A=v # comment      | v           | v         | v              | v # comment",
        "A=\"v\" # comment  | v           | v         | v              | \"v\" # comment",
        "A='single $B'      | single $B   | single $B | single $B      | 'single $B'",
        "A=\"a\\nb\"        | a<LF>b      | a\\nb     | a<LF>b         | \"a\\nb\"",
        "A=\"a\\tb\"        | a\\tb       | a\\tb     | a\\tb          | \"a\\tb\"",
        "A=\"quo\\\"ted\"   | quo\"ted    | quo\"ted  | quo\\\"ted     | \"quo\\\"ted\"",
        "A='it\\'s'         | ERROR       | ERROR     | it\\'s         | 'it\\'s'",
        "A=p@$$w0rd         | p@$$w0rd    | EXPANDS   | p@$$w0rd       | p@$$w0rd",
        "A=\"p@$$w0rd\"     | p@$$w0rd    | EXPANDS   | p@$$w0rd       | \"p@$$w0rd\"",
        "A=${UNSET:-d}      | ${UNSET:-d} | EXPANDS   | ${UNSET:-d}    | ${UNSET:-d}",
        "A=$(touch pwned)   | $(touch pwned) | EXECUTES | $(touch pwned) | $(touch pwned)",
        "A=`touch pwned`    | `touch pwned` | EXECUTES | touch pwned  | `touch pwned`",
        "A=\"$(id)\"        | $(id)       | EXECUTES  | $(id)          | \"$(id)\"",
        "A=\"\"\"t\"\"\"    | ERROR       | t         | \"\"t\"\"      | \"\"\"t\"\"\"",
        "A=two words        | two words   | EXECUTES  | two words      | two words",
        "A= v               | v           | EXECUTES  | v              | _v",
        "A = v              | v           | UNSET     | v              | ERROR",
        "export A=v         | v           | v         | v              | ERROR",
        "A=                 | EMPTY       | EMPTY     | EMPTY          | EMPTY",
        "A=''               | EMPTY       | EMPTY     | EMPTY          | ''",
        "A=#x               | #x          | #x        | EMPTY          | #x",
        "A=~/x              | ~/x         | EXPANDS   | ~/x            | ~/x",
        "A=a\\ b            | a\\ b       | a b       | a\\ b          | a\\ b",
        "A=x'y'z            | x'y'z       | xyz       | x'y'z          | x'y'z",
        "A='a''b'           | ERROR       | ab        | a''b           | 'a''b'",
        "A=a;id             | a;id        | a         | a;id           | a;id",
        "A=$'x'             | $'x'        | EXPANDS   | $'x'           | $'x'",
        "A=\"open           | ERROR       | ERROR     | \"open         | \"open",
      })
  void readsALineAsEachDialectDoes(
      String line, String pale, String shell, String dotenv, String docker) {
    assertThat(reading(line, Dialect.PALE)).as("pale").isEqualTo(pale);
    assertThat(reading(line, Dialect.SHELL)).as("shell").isEqualTo(shell);
    assertThat(reading(line, Dialect.DOTENV)).as("dotenv").isEqualTo(dotenv);
    assertThat(reading(line, Dialect.DOCKER)).as("docker").isEqualTo(docker.replace('_', ' '));
  }

  private static String reading(String line, Dialect dialect) {
    Readings readings = read(line.getBytes(StandardCharsets.UTF_8), dialect);
    for (Assignment assignment : readings.assignments) {
      if (assignment.name().text().equals("A")) {
        Reading reading = assignment.reading();
        String text = reading.value().map(value -> text(value.bytes(Reveal.COMPARE))).orElse("");
        return reading.kind() != Reading.Kind.VALUE
            ? reading.kind().toString()
            : text.isEmpty() ? "EMPTY" : text.replace("\n", "<LF>");
      }
    }
    return "UNSET";
  }

  private static Readings read(byte[] bytes, Dialect dialect) {
    return switch (dialect) {
      case PALE -> PaleReader.read(bytes);
      case SHELL -> ShellReader.read(bytes);
      case DOTENV -> NodeDotenvReader.read(bytes);
      case DOCKER -> DockerReader.read(bytes);
    };
  }

  @Test
  void readsAWholeFile() {
    DotenvFile file =
        parse(
            "\ufeff# head\n\n# the\n#  database\nexport DB='a b'\r\n\nPEM=\"-----BEGIN X-----\nabcd==\nefgh=ij\n-----END X-----\n\"\n"
                + "  EMPTY= # nothing\nTRAIL=x  \t\nB=\"x\\\\y\\$z\\`\"\n");
    assertThat(values(file))
        .containsExactlyEntriesOf(
            new TreeMap<>(
                Map.of(
                    "DB", "a b",
                    "PEM", "-----BEGIN X-----\nabcd==\nefgh=ij\n-----END X-----\n",
                    "EMPTY", "",
                    "TRAIL", "x",
                    "B", "x\\y$z`")));
    assertThat(file.entries().getFirst().comment()).isEqualTo("the\ndatabase");
    assertThat(file.entries().getFirst().line()).isEqualTo(5);
    assertThat(file.hasErrors()).isFalse();
    // Pieces of the key are nobody's names.
    assertThat(file.ambiguities()).extracting(a -> a.name().text()).doesNotContain("abcd", "efgh");
  }

  @Test
  void keepsEveryByteOfAValue() {
    byte[] all = new byte[255];
    for (int i = 0; i < 255; i++) {
      all[i] = (byte) (i + 1);
    }
    all['\'' - 1] = 'q';
    byte[] file = new byte[all.length + 4];
    file[0] = 'A';
    file[1] = '=';
    file[2] = '\'';
    System.arraycopy(all, 0, file, 3, all.length);
    file[file.length - 1] = '\'';
    try (DotenvFile read = Dotenv.parse(file, Dialect.PALE)) {
      assertThat(read.entries().getFirst().value().bytes(Reveal.COMPARE)).isEqualTo(all);
      assertThat(read.hasErrors()).isFalse();
    }
  }

  @Test
  void tellsWhereTheDialectsDiffer() {
    DotenvFile file = parse("SAME=x\nHASH=a#b\nQUOTED='x'\nRUN=$(id)\n");
    assertThat(file.ambiguities())
        .extracting(a -> a.name() + " " + a.line() + " " + a.dockerOnly())
        .containsExactly("HASH 2 false", "QUOTED 3 true", "RUN 4 false");
    assertThat(file.ambiguities().getLast().reading(Dialect.SHELL).kind())
        .isEqualTo(Reading.Kind.EXECUTES);
    assertThat(file.ambiguities().toString()).doesNotContain("a#b").doesNotContain("id)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1BAD=x                 | 1 | 1 | not a name",
        "A-B=x                  | 1 | 1 | not a name",
        "=x                     | 1 | 1 | not a name",
        "A.B=x                  | 1 | 1 | not a name",
        "KEY: value             | 1 | 4 | is not an assignment here",
        "just text              | 1 | 1 | not an assignment",
        "X                      | 1 | 1 | not an assignment",
        "X=1;Y='open            | 0 | 0 | none",
        "X=\"a\"b               | 1 | 6 | text after the closing quote",
        "X=\"a\"#b              | 1 | 6 | text after the closing quote",
        "X=\"open               | 1 | 3 | never closed",
      })
  void reportsWhatItCannotRead(String line, int atLine, int column, String what) {
    DotenvFile file = parse(line + "\nOK=1\n");
    List<Problem> errors =
        file.problems().stream().filter(p -> p.severity() == Severity.ERROR).toList();
    if (atLine == 0) {
      assertThat(errors).isEmpty();
    } else {
      assertThat(errors).hasSize(1);
      assertThat(errors.getFirst().line()).isEqualTo(atLine);
      assertThat(errors.getFirst().column()).isEqualTo(column);
      assertThat(errors.getFirst().what()).contains(what);
    }
    assertThat(values(file)).containsEntry("OK", "1");
  }

  @Test
  void reportsDuplicatesWithBothLinesAndTakesTheLast() {
    DotenvFile file = parse("A=1\nB=2\nA=3\n");
    assertThat(values(file)).containsEntry("A", "3");
    assertThat(file.entries()).hasSize(2);
    assertThat(file.problems())
        .singleElement()
        .satisfies(p -> assertThat(p.what()).contains("lines 1 and 3"));
    assertThat(file.hasErrors()).isFalse();
  }

  @Test
  void reportsAPemBlockWithoutQuotesOnce() {
    DotenvFile file =
        parse("K=-----BEGIN X-----\nMIIabc+/=\nsecretpart==\n-----END X-----\nOK=1\n");
    assertThat(file.problems()).hasSize(1);
    assertThat(file.problems().getFirst().what()).contains("PEM");
    assertThat(values(file)).containsOnlyKeys("OK");
    assertThat(file.problems().toString() + file.ambiguities()).doesNotContain("secretpart");
  }

  @Test
  void reportsANulByte() {
    DotenvFile file = parse("A=x\0y\n");
    assertThat(file.hasErrors()).isTrue();
    assertThat(file.entries()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"A=$(touch pwned)", "A=`touch pwned`", "$(touch pwned)", "A=x; touch pwned"})
  void inTheShellsDialectACommandIsAnErrorAndNeverRun(String line) {
    DotenvFile file = Dotenv.parse(line.getBytes(StandardCharsets.UTF_8), Dialect.SHELL);
    assertThat(file.hasErrors()).isTrue();
    assertThat(file.entries().stream().filter(e -> !text(e).equals("x"))).isEmpty();
  }

  @Test
  void windowsLineEndsAreNotPartOfValues() {
    DotenvFile file = parse("A=1\r\nB='2'\r\nC=\"3\" # x\r\nD=4\r");
    assertThat(values(file)).isEqualTo(Map.of("A", "1", "B", "2", "C", "3", "D", "4"));
    assertThat(file.problems())
        .singleElement()
        .satisfies(p -> assertThat(p.severity()).isEqualTo(Severity.NOTE));
  }

  @Test
  void aCommentInsideAQuotedValueIsNoComment() {
    DotenvFile file = parse("A='x\n# inner\n# last'\nB=1\n");
    assertThat(file.entries().getLast().comment()).isEmpty();
    DotenvFile broken = parse("A='x\n# inner\nB=1\n");
    assertThat(broken.entries().getLast().comment()).isEmpty();
  }

  @Test
  void closingWipesTheValues() {
    DotenvFile file = parse("A=1\n");
    byte[] bytes = file.entries().getFirst().value().bytes(Reveal.COMPARE);
    file.close();
    assertThat(bytes).containsOnly(0);
  }

  @Test
  void nothingPrintsAValue() {
    DotenvFile file = parse("A=canary$X\nA=canary2\nbad canary\n1x=canary\nB: canary\nC='canary\n");
    assertThat(file.entries().toString() + file.ambiguities() + file.problems())
        .doesNotContain("canary");
  }

  private static DotenvFile parse(String text) {
    return Dotenv.parse(text.getBytes(StandardCharsets.UTF_8), Dialect.PALE);
  }

  private static Map<String, String> values(DotenvFile file) {
    Map<String, String> values = new TreeMap<>();
    for (DotenvEntry entry : file.entries()) {
      values.put(entry.name().text(), text(entry));
    }
    return values;
  }

  private static String text(DotenvEntry entry) {
    return text(entry.value().bytes(Reveal.COMPARE));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void everyDialectHasAName() {
    assertThat(Dialect.of("shell")).contains(Dialect.SHELL);
    assertThat(Dialect.of("Shell")).isEmpty();
    assertThat(SecretName.isValid("A")).isTrue();
  }
}
