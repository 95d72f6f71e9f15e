package dev.pale.sops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON, dotenv and INI as sops reads and prints them; and paths into a tree. */
class OtherStoresTest {
  private static SopsTree parse(SopsFormat format, String text) {
    return SopsTree.parse(format, text.getBytes(StandardCharsets.UTF_8));
  }

  private static String print(SopsFormat format, SopsTree tree) {
    return new String(tree.emit(format, SopsTree.Indent.DEFAULT), StandardCharsets.UTF_8);
  }

  private static String through(SopsFormat format, String text) {
    return print(format, parse(format, text));
  }

  private static void refused(
      int code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "9007199254740993|9007199254740993",
        "9223372036854775808|9223372036854776000",
        "1.0|1",
        "1e3|1000",
        "1e21|1e+21",
        "1.5e-7|1.5e-7",
        "123456789012345678901234|1.2345678901234569e+23",
        "-0|0",
        "0.000001|0.000001",
        "\"<a>&\"|\"\\u003ca\\u003e\\u0026\"",
        "\"\\u00e9\\ud83d\\ude00\\/\"|\"é😀/\"",
        "\"\\ud800\"|\"\uFFFD\"",
        "\"\\u0001\\u007f\\b\"|\"\\u0001\u007f\\b\"",
        "[]|[]",
        "{}|{}",
      })
  void json_is_printed_as_go_does(String value, String printed) {
    assertThat(through(SopsFormat.JSON, "{\"a\":" + value + "}"))
        .isEqualTo("{\n\t\"a\": " + printed + "\n}\n");
  }

  @Test
  void json_keeps_order_and_duplicates() {
    assertThat(through(SopsFormat.JSON, "{\"b\":1,\"a\":2,\"b\":[3,{\"c\":null}]}"))
        .isEqualTo(
            "{\n\t\"b\": 1,\n\t\"a\": 2,\n\t\"b\": [\n\t\t3,\n\t\t{\n\t\t\t\"c\": null\n\t\t}\n\t]\n}\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":SECRET}", "{\"a\":\"SECRET}", "{\"SECRET\" 1}", "{\"a\":1}SECRET", "{\"a\":01}",
        "{\"a\":[1,]}", "{\"a\":\"\n\"}", "{a:1}", "{\"a\":1", ""
      })
  void broken_json_is_refused_without_showing_it(String json) {
    assertThatThrownBy(() -> parse(SopsFormat.JSON, json))
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> {
              assertThat(e.code()).isIn(451, 452);
              assertThat(e.what() + e.why()).doesNotContain("SECRET");
            });
  }

  @Test
  void json_is_bounded_in_depth_and_takes_an_object_only() {
    refused(452, () -> parse(SopsFormat.JSON, "{\"a\":" + "[".repeat(100_000)));
    refused(452, () -> parse(SopsFormat.JSON, "[1]"));
  }

  @Test
  void dotenv_takes_lines_as_they_are() {
    String file = "A=1\r\nexport X= y \n  INDENT=a=b\n#c\n #k=v\nB=\"q\"\nA=again\nN=a\\nb\nE=\n";
    assertThat(through(SopsFormat.DOTENV, file)).isEqualTo(file);
    assertThat(through(SopsFormat.DOTENV, "A=1\n\n\nB=2")).isEqualTo("A=1\nB=2\n");
    assertThat(
            new String(
                parse(SopsFormat.DOTENV, "N=a\\nb")
                    .extract(SopsPath.keys("N"), SopsFormat.DOTENV, SopsTree.Indent.DEFAULT),
                StandardCharsets.UTF_8))
        .isEqualTo("a\nb");
  }

  @Test
  void dotenv_refuses_what_is_no_assignment() {
    refused(451, () -> parse(SopsFormat.DOTENV, "SECRET\n"));
  }

  @Test
  void a_foreign_tree_cannot_smuggle_lines_into_dotenv() {
    SopsTree tree = parse(SopsFormat.JSON, "{\"a\\nB\":\"x\"}");
    refused(453, () -> print(SopsFormat.DOTENV, tree));
    SopsTree value = parse(SopsFormat.JSON, "{\"a\":\"x\\nB=1\",\"n\":1.5,\"b\":true}");
    assertThat(print(SopsFormat.DOTENV, value)).isEqualTo("a=x\\nB=1\nn=1.5\nb=true\n");
    refused(453, () -> print(SopsFormat.DOTENV, parse(SopsFormat.JSON, "{\"a\":{}}")));
  }

  @Test
  void ini_is_printed_as_its_library_does() {
    assertThat(
            through(
                SopsFormat.INI,
                "top = 1\n# section\n[a]\nlong_key=x ; inline\nk : 'quoted'\n"
                    + "m = \"\"\"one\ntwo\"\"\"\nc = a\\\n  b\n- = auto\n[a]\nk = again\n"))
        .isEqualTo(
            """
            top = 1

            [a]
            ; inline
            long_key = x
            k        = again
            m        = \"""one
            two\"""
            c        = ab
            -        = auto

            """);
  }

  @Test
  void ini_values_that_need_it_are_quoted() {
    String printed =
        print(
            SopsFormat.INI,
            parse(SopsFormat.JSON, "{\"s\":{\"a\":\"x;y\",\"b\":\" x \",\"c:d\":\"`\"}}"));
    assertThat(printed).isEqualTo("[s]\na     = `x;y`\nb     = \" x \"\n`c:d` = \"\"\"`\"\"\"\n\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[a\n", "SECRET\n", "a = `SECRET\n", "[]\n"})
  void broken_ini_is_refused(String ini) {
    refused(451, () -> parse(SopsFormat.INI, ini));
  }

  @Test
  void a_format_is_chosen_by_the_end_of_the_name() {
    assertThat(SopsFormat.ofFileName("a.yml")).isEqualTo(SopsFormat.YAML);
    assertThat(SopsFormat.ofFileName("a.env")).isEqualTo(SopsFormat.DOTENV);
    assertThat(SopsFormat.ofFileName(".env.local")).isEqualTo(SopsFormat.BINARY);
    assertThat(SopsFormat.ofTypeName("ini")).contains(SopsFormat.INI);
    assertThat(SopsFormat.ofTypeName("toml")).isEmpty();
  }

  @Test
  void paths_are_read_as_sops_reads_them() {
    assertThat(SopsPath.parse("[\"a\"]['b'][0]").toString()).isEqualTo("[\"a\"][\"b\"][0]");
    for (String bad :
        new String[] {"a", "[\"a]", "[x]", "[-1]", "[\"a\"", "[\"]", "[99999999999]"}) {
      refused(466, () -> SopsPath.parse(bad));
    }
  }

  @Test
  void a_path_gets_sets_and_unsets() {
    SopsTree tree = parse(SopsFormat.JSON, "{\"a\":{\"l\":[1,2]},\"b\":\"x\"}");
    assertThat(
            print(
                SopsFormat.JSON,
                tree.set(SopsPath.parse("[\"a\"][\"l\"][7]"), SopsNode.Leaf.integer(3))
                    .set(
                        SopsPath.parse("[\"n\"][\"m\"][0]"),
                        SopsTree.parseValue("{\"z\":1}".getBytes(StandardCharsets.UTF_8)))
                    .unset(SopsPath.parse("[\"a\"][\"l\"][0]"))
                    .unset(SopsPath.parse("[\"b\"]"))))
        .isEqualTo(
            "{\n\t\"a\": {\n\t\t\"l\": [\n\t\t\t2,\n\t\t\t3\n\t\t]\n\t},\n\t\"n\": {\n\t\t\"m\": [\n\t\t\t{\n\t\t\t\t\"z\": 1\n\t\t\t}\n\t\t]\n\t}\n}\n");
    refused(467, () -> tree.unset(SopsPath.parse("[\"none\"]")));
    refused(467, () -> tree.set(SopsPath.parse("[\"a\"][0]"), SopsNode.Leaf.nothing()));
    refused(467, () -> tree.set(SopsPath.parse(""), SopsNode.Leaf.nothing()));
    refused(
        467,
        () -> tree.extract(SopsPath.parse("[\"a\"][\"x\"]"), SopsFormat.JSON, SopsTree.Indent.TAB));
  }
}
