package dev.pale.formats.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.formats.Programs;
import dev.pale.formats.dotenv.Dialect;
import dev.pale.formats.dotenv.Dotenv;
import dev.pale.formats.dotenv.DotenvEntry;
import dev.pale.formats.dotenv.DotenvFile;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class ExportsTest {
  /** Everything that some reader trips over, and one value of all bytes. */
  private static final List<byte[]> NASTY = nasty();

  private static List<byte[]> nasty() {
    List<byte[]> values = new ArrayList<>();
    for (String text :
        List.of(
            "",
            " ",
            "  x  ",
            "plain",
            "a b",
            "a#b",
            "a #b",
            "#",
            "'",
            "''",
            "\"",
            "it's",
            "\"q\"",
            "'\"",
            "it's \"q\" $X `id` \\n",
            "$HOME",
            "${HOME}",
            "$(touch pwned)",
            "`touch pwned`",
            "!x",
            "\\",
            "x\\",
            "'\\",
            "\\'",
            "\\n",
            "a\\nb",
            "a\nb",
            "\n",
            "a\n",
            "\n\na",
            "a\r\nb",
            "\r",
            "x\r",
            "~",
            "~/x",
            "a:~",
            "=",
            "a=b",
            "*",
            "{a,b}",
            "null",
            "true",
            "123",
            "yes",
            "é😀",
            "\u2028\u0085\ufeff\u00a0",
            "\t\u0001\u0007\u001b[31m\u007f",
            "EOF",
            "<<EOF",
            "export A=1",
            "-----BEGIN X-----\nab==\n-----END X-----\n",
            "a;b|c&d<e>(f)",
            "%s%d",
            "\\u0041",
            "x'\ny",
            "x\"\n'y",
            "x'\\",
            "$",
            "a$",
            "\ud7ff\ufffd")) {
      values.add(text.getBytes(StandardCharsets.UTF_8));
    }
    byte[] all = new byte[255 * 2];
    for (int i = 0; i < 255; i++) {
      all[i] = (byte) (i + 1);
      all[509 - i] = (byte) (i + 1);
    }
    values.add(all);
    values.add(new byte[] {(byte) 0x81, (byte) 0x88, (byte) 0xff, (byte) 0xc3});
    return values;
  }

  @TempDir Path folder;

  @Test
  void aShellReadsEveryByteBack() throws IOException {
    SortedMap<SecretName, SecretValue> values = named(NASTY);
    Path file = Files.write(folder.resolve("f"), write(ExportFormat.SHELL, values));
    for (String shell : List.of("bash", "dash")) {
      assertThat(hex(Programs.shell(shell, file))).as(shell).isEqualTo(hexOf(values));
    }
    assertThat(folder.resolve("pwned")).doesNotExist();
  }

  @Test
  void aShellReadsTheDotenvExportTheSame() throws IOException {
    SortedMap<SecretName, SecretValue> values = named(NASTY);
    Path file = Files.write(folder.resolve("f"), write(ExportFormat.DOTENV, values));
    for (String shell : List.of("bash", "dash")) {
      assertThat(hex(Programs.shell(shell, file))).as(shell).isEqualTo(hexOf(values));
    }
  }

  @Test
  void paleReadsTheDotenvExportBack() {
    assertThat(read(write(ExportFormat.DOTENV, named(NASTY)), Dialect.PALE))
        .isEqualTo(hexOf(named(NASTY)));
    assertThat(read(write(ExportFormat.DOTENV, named(NASTY)), Dialect.SHELL))
        .isEqualTo(hexOf(named(NASTY)));
    assertThat(read(write(ExportFormat.SHELL, named(NASTY)), Dialect.SHELL))
        .isEqualTo(hexOf(named(NASTY)));
  }

  @Test
  void nodeAndDotenvReadTheDotenvExportWhereAnyQuotingCanSayIt() throws IOException {
    List<byte[]> common = new ArrayList<>();
    for (byte[] value : NASTY) {
      String text = new String(value, StandardCharsets.UTF_8);
      boolean isText = Arrays.equals(text.getBytes(StandardCharsets.UTF_8), value);
      boolean single = !text.contains("'") && !text.endsWith("\\");
      boolean doubled =
          !text.contains("\"")
              && !text.contains("\\")
              && !text.contains("$")
              && !text.contains("`");
      if (isText && !text.contains("\r") && (single || doubled)) {
        common.add(value);
      }
    }
    assertThat(common).hasSizeGreaterThan(40);
    SortedMap<SecretName, SecretValue> values = named(common);
    Path file = Files.write(folder.resolve("f"), write(ExportFormat.DOTENV, values));
    assertThat(hex(Programs.node(file))).isEqualTo(hexOf(values));
    assertThat(read(Files.readAllBytes(file), Dialect.DOTENV)).isEqualTo(hexOf(values));
  }

  @Property(tries = 1000)
  void anyBytesComeBackThroughDotenvAndShell(@ForAll byte[] any, @ForAll byte[] other) {
    SortedMap<SecretName, SecretValue> values = named(List.of(noNul(any), noNul(other)));
    assertThat(read(write(ExportFormat.DOTENV, values), Dialect.PALE)).isEqualTo(hexOf(values));
    assertThat(read(write(ExportFormat.DOTENV, values), Dialect.SHELL)).isEqualTo(hexOf(values));
    assertThat(read(write(ExportFormat.SHELL, values), Dialect.SHELL)).isEqualTo(hexOf(values));
  }

  @Property(tries = 500)
  void anyTextComesBackThroughJsonAndYaml(@ForAll String any) {
    byte[] text = noNul(any.getBytes(StandardCharsets.UTF_8));
    SortedMap<SecretName, SecretValue> values = named(List.of(text));
    assertThat(hexOf(JsonImport.read(write(ExportFormat.JSON, values), "x.json")))
        .isEqualTo(hexOf(values));
    assertThat(yaml(write(ExportFormat.YAML, values))).isEqualTo(hexOf(values));
  }

  @Test
  void yamlHoldsAllBytesAndAllNames() {
    SortedMap<SecretName, SecretValue> values = named(NASTY);
    for (String name : List.of("NO", "y", "null", "true", "_")) {
      values.put(SecretName.of(name), SecretValue.copyOf(name, new byte[] {'1'}));
    }
    assertThat(yaml(write(ExportFormat.YAML, values))).isEqualTo(hexOf(values));
    assertThat(write(ExportFormat.YAML, named(List.of()))).asString().isEqualTo("{}\n");
  }

  @Test
  void jsonIsReadBackAndRefusesWhatIsNoText() {
    SortedMap<SecretName, SecretValue> texts = named(NASTY.subList(0, NASTY.size() - 2));
    assertThat(hexOf(JsonImport.read(write(ExportFormat.JSON, texts), "x.json")))
        .isEqualTo(hexOf(texts));
    assertRefused(ExportFormat.JSON, new byte[] {(byte) 0xff});
    assertRefused(ExportFormat.GITHUB, new byte[] {(byte) 0xff});
    assertRefused(ExportFormat.DOCKER, new byte[] {(byte) 0xff});
  }

  @Test
  void githubsRunnerReadsEveryTextBack() {
    SortedMap<SecretName, SecretValue> values =
        named(
            NASTY.subList(0, NASTY.size() - 2).stream()
                .filter(v -> v.length == 0 || v[v.length - 1] != '\r')
                .toList());
    assertThat(github(write(ExportFormat.GITHUB, values))).isEqualTo(hexOf(values));
    assertRefused(ExportFormat.GITHUB, new byte[] {'x', '\r'});
  }

  @Test
  void theDelimiterNeverOccursInTheValue() {
    // A value that knows the first delimiter that this generator gives.
    String first =
        new String(write(ExportFormat.GITHUB, named(List.of(new byte[0]))), StandardCharsets.UTF_8);
    String delimiter = first.substring(first.indexOf("<<") + 2, first.indexOf('\n'));
    byte[] hostile = ("a\n" + delimiter + "\nPATH=/evil").getBytes(StandardCharsets.UTF_8);
    SortedMap<SecretName, SecretValue> values = named(List.of(hostile));
    assertThat(github(write(ExportFormat.GITHUB, values))).isEqualTo(hexOf(values));
  }

  @Test
  void dockerGetsLinesAndRefusesWhatIsNone() {
    SortedMap<SecretName, SecretValue> values =
        named(
            NASTY.subList(0, NASTY.size() - 2).stream()
                .filter(v -> new String(v, StandardCharsets.UTF_8).indexOf('\n') < 0)
                .filter(v -> v.length == 0 || v[v.length - 1] != '\r')
                .toList());
    assertThat(values).hasSizeGreaterThan(40);
    assertThat(read(write(ExportFormat.DOCKER, values), Dialect.DOCKER)).isEqualTo(hexOf(values));
    assertRefused(ExportFormat.DOCKER, "a\nb".getBytes(StandardCharsets.UTF_8));
    assertRefused(ExportFormat.DOCKER, "a\r".getBytes(StandardCharsets.UTF_8));
    assertRefused(ExportFormat.DOCKER, new byte[70_000]);
    byte[] longLine = new byte[70_000];
    Arrays.fill(longLine, (byte) 'x');
    assertRefused(ExportFormat.DOCKER, longLine);
  }

  @Test
  void aNulByteFitsIntoNoFormat() {
    for (ExportFormat format : ExportFormat.values()) {
      assertRefused(format, new byte[] {'a', 0, 'b'});
    }
  }

  @Test
  void jsonThatIsNotTextIsNeverTurnedIntoTextSilently() {
    for (String value : List.of("1", "true", "null", "[]", "{}", "\"\\u0000\"")) {
      byte[] json = ("{\"A\": " + value + "}").getBytes(StandardCharsets.UTF_8);
      assertThatThrownBy(() -> JsonImport.read(json, "x.json"))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(433));
    }
    assertThatThrownBy(() -> JsonImport.read("[]".getBytes(StandardCharsets.UTF_8), "x.json"))
        .isInstanceOf(PaleException.class);
    assertThatThrownBy(
            () -> JsonImport.read("{\"a-b\":\"\"}".getBytes(StandardCharsets.UTF_8), "x.json"))
        .isInstanceOf(PaleException.class);
  }

  /** Refused by name, before anything is written, and without the value in the error. */
  private static void assertRefused(ExportFormat format, byte[] value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SortedMap<SecretName, SecretValue> values =
        named(List.of("ok".getBytes(StandardCharsets.UTF_8), value));
    assertThatThrownBy(() -> Exports.write(format, values, new Random(1), out))
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> {
              assertThat(e.code()).isEqualTo(440);
              assertThat(e.what()).contains("V_001");
            });
    assertThat(out.size()).isZero();
  }

  private static SortedMap<SecretName, SecretValue> named(List<byte[]> values) {
    SortedMap<SecretName, SecretValue> named = new TreeMap<>();
    for (int i = 0; i < values.size(); i++) {
      String name = "V_" + String.format("%03d", i);
      named.put(SecretName.of(name), SecretValue.copyOf(name, values.get(i)));
    }
    return named;
  }

  private static byte[] write(ExportFormat format, SortedMap<SecretName, SecretValue> values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Exports.write(format, values, new Random(42), out);
    return out.toByteArray();
  }

  private static Map<String, String> read(byte[] bytes, Dialect dialect) {
    try (DotenvFile file = Dotenv.parse(bytes, dialect)) {
      assertThat(
              file.problems().stream()
                  .filter(p -> p.severity() != dev.pale.formats.dotenv.Problem.Severity.NOTE))
          .isEmpty();
      Map<String, String> values = new TreeMap<>();
      for (DotenvEntry entry : file.entries()) {
        values.put(
            entry.name().text(), HexFormat.of().formatHex(entry.value().bytes(Reveal.COMPARE)));
      }
      return values;
    }
  }

  private static Map<String, String> yaml(byte[] bytes) {
    Object tree =
        new Load(LoadSettings.builder().setCodePointLimit(10_000_000).build())
            .loadFromString(new String(bytes, StandardCharsets.UTF_8));
    Map<String, String> values = new TreeMap<>();
    for (Map.Entry<?, ?> entry : ((Map<?, ?>) tree).entrySet()) {
      byte[] value =
          entry.getValue() instanceof byte[] binary
              ? binary
              : ((String) entry.getValue()).getBytes(StandardCharsets.UTF_8);
      values.put((String) entry.getKey(), HexFormat.of().formatHex(value));
    }
    return values;
  }

  /** As the runner does: the first line names the delimiter, lines up to it are the value. */
  private static Map<String, String> github(byte[] bytes) {
    Map<String, String> values = new TreeMap<>();
    String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
    int i = 0;
    while (i < lines.length - 1) {
      int sign = lines[i].indexOf("<<");
      String name = lines[i].substring(0, sign);
      String delimiter = lines[i].substring(sign + 2);
      List<String> value = new ArrayList<>();
      for (i++; !lines[i].equals(delimiter); i++) {
        value.add(lines[i]);
      }
      i++;
      values.put(
          name,
          HexFormat.of().formatHex(String.join("\n", value).getBytes(StandardCharsets.UTF_8)));
    }
    return values;
  }

  private static Map<String, String> hexOf(SortedMap<SecretName, SecretValue> values) {
    Map<String, String> hex = new TreeMap<>();
    values.forEach((name, value) ->
        hex.put(name.text(), HexFormat.of().formatHex(value.bytes(Reveal.COMPARE))));
    return hex;
  }

  private static Map<String, String> hex(Map<String, byte[]> values) {
    Map<String, String> hex = new TreeMap<>();
    values.forEach((name, value) -> hex.put(name, HexFormat.of().formatHex(value)));
    return hex;
  }

  private static byte[] noNul(byte[] bytes) {
    byte[] copy = bytes.clone();
    for (int i = 0; i < copy.length; i++) {
      copy[i] = copy[i] == 0 ? 1 : copy[i];
    }
    return copy;
  }
}
