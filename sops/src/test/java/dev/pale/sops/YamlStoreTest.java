package dev.pale.sops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** YAML as go-yaml v3 reads and writes it, as sops shows it. */
class YamlStoreTest {
  private static SopsTree parse(String yaml) {
    return SopsTree.parse(SopsFormat.YAML, yaml.getBytes(StandardCharsets.UTF_8));
  }

  private static String print(SopsTree tree) {
    return new String(tree.emit(SopsFormat.YAML, SopsTree.Indent.DEFAULT), StandardCharsets.UTF_8);
  }

  private static String through(String yaml) {
    return print(parse(yaml));
  }

  private static SopsNode.Leaf leaf(String scalar) {
    return (SopsNode.Leaf) parse("v: " + scalar + "\n").documents().get(0).get("v").orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "017|int|15",
        "08|float|8",
        "1_000|int|1000",
        "0x1F|int|31",
        "0b101|int|5",
        "0o17|int|15",
        "-0x10|int|-16",
        "+5|int|5",
        "1e3|float|1000",
        ".5|float|0.5",
        "1.0|float|1",
        "9223372036854775807|int|9223372036854775807",
        "18446744073709551616|float|18446744073709552000",
        "12:30|str|12:30",
        "yes|str|yes",
        "On|str|On",
        "true|bool|True",
        "False|bool|False",
        "tRue|str|tRue",
        "2020-01-02|time|2020-01-02T00:00:00Z",
        "2020-1-2 3:4:5|time|2020-01-02T03:04:05Z",
        "2020-01-02T03:04:05.5+02:00|time|2020-01-02T03:04:05.5+02:00",
        "2020-13-02|str|2020-13-02",
        "0x|str|0x",
        ".inf|float|+Inf",
        "!!str 5|str|5",
        "!!float 5|float|5",
        "!!int '5'|int|5",
        "'5'|str|5",
        "!!binary aGk=|str|hi",
        "!own x|str|x",
      })
  void a_scalar_is_what_sops_takes_it_for(String scalar, String type, String plain) {
    assertThat(leaf(scalar).type().label()).isEqualTo(type);
    assertThat(leaf(scalar).string()).isEqualTo(plain);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"y", "no", "On", "null", "~", "1", "017", "1:30", "true", "2020-01-02", ""})
  void a_text_that_reads_as_something_else_is_quoted(String text) {
    SopsTree tree = parse("a: b\n").set(SopsPath.keys("a"), SopsNode.Leaf.text(text));
    assertThat(print(tree)).isEqualTo("a: \"" + text + "\"\n");
    assertThat(SopsTree.same(parse(print(tree)), tree)).isTrue();
  }

  @Test
  void texts_are_quoted_as_go_does() {
    assertThat(through("a: '#x'\nb: 'a: b'\nc: \"t\\tb\"\nd: \"x \"\ne: 'it''s'\nf: \"😀\"\n"))
        .isEqualTo("a: '#x'\nb: 'a: b'\nc: \"t\\tb\"\nd: 'x '\ne: it's\nf: \"\\U0001F600\"\n");
  }

  @Test
  void bytes_that_are_no_text_come_out_as_binary() {
    assertThat(through("a: !!binary /w==\n")).isEqualTo("a: !!binary /w==\n");
  }

  @Test
  void block_texts_stay_and_flow_style_goes() {
    assertThat(through("a: |\n  x\n  y\nb: {c: [1, {d: e}], f: {}, g: []}\nh: ~\n"))
        .isEqualTo(
            """
            a: |
                x
                y
            b:
                c:
                    - 1
                    - d: e
                f: {}
                g: []
            h: null
            """);
  }

  @Test
  void an_open_end_is_marked() {
    assertThat(through("a: |+\n  x\n\n")).isEqualTo("a: |+\n    x\n\n...\n");
  }

  @Test
  void block_texts_in_lists_read_back_when_they_begin_with_a_space() {
    String printed = through("l:\n- \" x\\ny\"\n- a: \" x\\ny\"\n");
    assertThat(SopsTree.same(parse(printed), parse("l:\n- \" x\\ny\"\n- a: \" x\\ny\"\n")))
        .isTrue();
  }

  @Test
  void anchors_are_written_out_and_merge_keys_stay_keys() {
    assertThat(through("base: &b\n  x: 1\nuse:\n  <<: *b\n  z: *b\n"))
        .isEqualTo(
            """
            base:
                x: 1
            use:
                !!merge <<:
                    x: 1
                z:
                    x: 1
            """);
    String again = through("base: &b\n  x: 1\nuse:\n  <<: *b\n");
    assertThat(through(again)).isEqualTo(again);
  }

  @Test
  void comments_stay_where_they_belong() {
    String yaml =
        """
        # top
        a: 1
        # before b
        b:
            # in b
            c: 2
            # behind c
        # before l
        l:
            # one
            - x
            # two
            - d: 4
              # behind d
            - z
            # last
        # end
        """;
    assertThat(through(yaml)).isEqualTo(yaml);
  }

  @Test
  void comments_beside_values_stay_beside_them() {
    assertThat(through("a: 1   # one\nl:\n  - x # two\n  - y\nb: # three\n  c: | # four\n    t\n"))
        .isEqualTo(
            """
            a: 1 # one
            l:
                - x # two
                - "y"
            # three
            b:
                c: | # four
                    t
            """);
  }

  @Test
  void comments_are_found_in_files_of_other_systems() {
    assertThat(
            through(
                "\uFEFF# \uD83D\uDE00 top\r\na: \"\uD83D\uDE00\" # in\r\n\r\n# b\r\nb: 1\t# tab\r\n"))
        .isEqualTo("# \uD83D\uDE00 top\na: \"\\U0001F600\" # in\n# b\nb: 1 # tab\n");
  }

  @Test
  void a_comment_belongs_to_what_it_stands_behind_when_it_is_indented_otherwise() {
    assertThat(through("a:\n  b: 1\n  # x\nc: 2\n")).isEqualTo("a:\n    b: 1\n    # x\nc: 2\n");
    assertThat(through("a:\n  b: 1\n# x\nc: 2\n")).isEqualTo("a:\n    b: 1\n# x\nc: 2\n");
    assertThat(through("a:\n  b: 1\n# x\n\nc: 2\n")).isEqualTo("a:\n    b: 1\n# x\nc: 2\n");
    assertThat(through("a:\n  b:\n    c: 1\n  # x\n\nd: 2\n"))
        .isEqualTo("a:\n    b:\n        c: 1\n    # x\nd: 2\n");
    assertThat(through("l:\n- x\n# y\n\nd: 1\n")).isEqualTo("l:\n    - x\n    # y\nd: 1\n");
    assertThat(through("a:\n  b: 1\n\n  # x\n")).isEqualTo("a:\n    b: 1\n    # x\n");
  }

  @Test
  void comments_in_flow_style_are_kept() {
    assertThat(
            through("a: [x, # one\n  y, # two\n  # three\n  z] # four\nb: {c: 1, # five\n d: 2}\n"))
        .contains("# one", "# two", "# three", "# four", "# five");
  }

  @Test
  void floats_are_printed_as_go_does() {
    assertThat(through("a: 1000000.0\nb: 123456.0\nc: 0.00001\nd: 1.5e300\ne: 1.0\nf: .NaN\n"))
        .isEqualTo("a: 1e+06\nb: 123456\nc: 1e-05\nd: 1.5e+300\ne: 1\nf: .nan\n");
  }

  @Test
  void a_file_of_comments_is_kept_and_an_empty_one_cannot_be_encrypted() {
    assertThat(through("# only\n")).isEqualTo("# only\n{}\n");
    assertThat(parse("").documents()).isEmpty();
  }

  @Test
  void a_hash_within_a_value_is_no_comment() {
    String yaml = "a: x#y\nb: 'x # y'\nc: |\n    # text\n    more\nd: http://h/#f\n";
    assertThat(through(yaml)).isEqualTo(yaml);
  }

  @Test
  void documents_keep_their_order() {
    assertThat(through("---\na: 1\n---\n# two\nb: 2\n")).isEqualTo("a: 1\n---\n# two\nb: 2\n");
  }

  @Test
  void long_keys_are_written_as_go_does_and_read_back() {
    String key = "k".repeat(130);
    String printed = through("? " + key + "\n: {a: 1}\n");
    assertThat(printed).isEqualTo("? " + key + "\n:   a: 1\n");
    assertThat(through(printed)).isEqualTo(printed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "- a\n",
        "just text\n",
        "1: a\n",
        "null: a\n",
        "2020-01-01: a\n",
        "a: 1\na: 2\n",
        "a: {b: 1, b: 2}\n",
        "a: 18446744073709551615\n",
        "a: &x [*x]\n",
        "? [a]\n: b\n",
        "a: !!int x\n",
      })
  void what_sops_cannot_hold_is_refused_with_its_place(String yaml) {
    assertThatThrownBy(() -> parse(yaml))
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> {
              assertThat(e.code()).isEqualTo(452);
              assertThat(e.why()).contains("line ");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: [SECRET\n",
        "a: \"SECRET\n",
        "SECRET: *none\n",
        "a:\n\t- SECRET\n",
        "a: SECRET\u0007\n"
      })
  void a_broken_file_is_refused_without_showing_it(String yaml) {
    assertThatThrownBy(() -> parse(yaml))
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> {
              assertThat(e.code()).isEqualTo(451);
              assertThat(e.what() + e.why() + e.mend()).doesNotContain("SECRET");
            });
  }

  @Test
  void a_billion_laughs_are_refused() {
    StringBuilder yaml = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 40; i++) {
      yaml.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThatThrownBy(() -> parse(yaml.toString()))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(450));
  }

  @Test
  void depth_is_bounded() {
    assertThatThrownBy(() -> parse("a: " + "[".repeat(100_000))).isInstanceOf(PaleException.class);
  }
}
