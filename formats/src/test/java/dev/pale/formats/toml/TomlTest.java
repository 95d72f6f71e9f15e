package dev.pale.formats.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;

class TomlTest {
  @Test
  void readsEveryKindOfValueWithItsPlace() {
    TomlTable table =
        parse(
            """
            a = "x\\ty\\u00e9\\U0001F600" # comment
            'b c'.d = 'C:\\x'
            n = [ -0, +1_000, 0xDEAD_beef, 0o17,
              0b101, # inside
            ]
            [t."q.r"]
            f = [3.14, -1e6, 6.6E-34, inf, -inf]
            s = \"""
            one \\
               two
            "three\"\"\"\""
            l = '''
            it's'''
            i = { x = true, y.z = false }
            [[list]]
            k = 1
            [[list]]
            """);
    assertThat(plain(table).toString())
        .isEqualTo(
            "{a=x\tyé😀, b c={d=C:\\x}, n=[0, 1000, 3735928559, 15, 5]"
                + ", t={q.r={f=[3.14, -1000000.0, 6.6E-34, Infinity, -Infinity], "
                + "s=one two\n\"three\"\", l=it's, i={x=true, y={z=false}}}}, "
                + "list=[{k=1}, {}]}");
    TomlValue n = table.get("n").orElseThrow();
    assertThat(n.line()).isEqualTo(3);
    assertThat(n.column()).isEqualTo(5);
    assertThat(((TomlValue.Array) n).items().getLast().line()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a =",
        "= 1",
        "a = 1 b = 2",
        "a = 01",
        "a = 1_",
        "a = _1",
        "a = 1__0",
        "a = 0x",
        "a = 0X1",
        "a = -0x1",
        "a = 1.",
        "a = .5",
        "a = 1.e5",
        "a = 1e",
        "a = tru",
        "a = True",
        "a = text",
        "a = \"\\q\"",
        "a = \"\\ud800\"",
        "a = \"\\U00110000\"",
        "a = \"x",
        "a = 'x",
        "a = \"\n\"",
        "a = \"\"\"x",
        "a = 9223372036854775808",
        "a = [1",
        "a = [1 2]",
        "a = [,]",
        "a = {x=1,}",
        "a = {x=1\n}",
        "a = {x=1 y=2}",
        "[a",
        "[a]]",
        "[[a]",
        "[]",
        "[a.]",
        "[.a]",
        "[a] b=1",
        "a=1\na=2",
        "[a]\n[a]",
        "a=1\n[a]",
        "[a]\n[[a]]",
        "[[a]]\n[a]",
        "a=[]\n[[a]]",
        "a={}\n[a.b]",
        "a={}\na.b=1",
        "a.b=1\n[a]",
        "[a.b]\n[a]\nb.c=1",
        "a.b=1\na=2",
        "a = 1979-05-27",
        "a = 07:32:00",
        "a = 1979-05-27T07:32:00Z",
        "a = \"\u0001\"",
        "# \u0001",
        "a = 1\rb = 2",
        "a = \"\u007f\"",
        "a b = 1",
        "a = 1 # x\u0000",
        "a\n= 1",
        "é = 1",
        "a = \"\"\"\"\"\"\"\"\"",
        "a = inf_",
        "a = +true",
        "[a\n]",
        "a.\nb = 1",
        "a = 1 1"
      })
  void refusesWhatIsNotToml(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(410));
  }

  @Test
  void anErrorNamesTheLineAndNotTheContent() {
    assertThatThrownBy(() -> parse("project = \"x\"\ntoken = hunter2\n"))
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> {
              assertThat(e.why()).startsWith("pale.toml line 2, column 9:");
              assertThat(e.what() + e.why() + e.mend()).doesNotContain("hunter2");
            });
  }

  @Test
  void datesAreRefusedWithAClearSentence() {
    assertThatThrownBy(() -> parse("a = 1979-05-27"))
        .isInstanceOfSatisfying(
            PaleException.class, e -> assertThat(e.why()).contains("dates and times"));
  }

  @Test
  void refusesNestingThatWouldOverflowTheStack() {
    assertThat(parse("a = " + "[".repeat(64) + "]".repeat(64)).keys()).containsExactly("a");
    assertThatThrownBy(() -> parse("a = " + "[".repeat(500_000))).isInstanceOf(PaleException.class);
    assertThatThrownBy(() -> parse("a = " + "{a=".repeat(500_000)))
        .isInstanceOf(PaleException.class);
    assertThatThrownBy(() -> parse("a.".repeat(500_000) + "a = 1"))
        .isInstanceOf(PaleException.class);
  }

  @Property(tries = 3000)
  void agreesWithTomljOnFilesMadeOfTomlsPieces(@ForAll("pieces") String text) {
    TomlParseResult theirs = org.tomlj.Toml.parse(text);
    boolean weRead;
    Map<String, Object> ours = Map.of();
    try {
      ours = plain(parse(text));
      weRead = true;
    } catch (PaleException refused) {
      weRead = false;
    }
    assertThat(weRead)
        .as("accepted: %s (tomlj: %s)", text, theirs.errors())
        .isEqualTo(!theirs.hasErrors());
    if (weRead) {
      assertThat(ours).as(text).isEqualTo(plain(theirs));
    }
  }

  @Provide
  Arbitrary<String> pieces() {
    return Arbitraries.of(
            "a",
            "b",
            "a",
            "b",
            "a.b",
            "\"a\"",
            "'b'",
            " = ",
            " = ",
            "=",
            "\n",
            "\n",
            "\n",
            "\n",
            "\r\n",
            " ",
            "[",
            "]",
            "[",
            "]",
            "[[",
            "]]",
            "{",
            "}",
            ", ",
            "1",
            "-2",
            "+3",
            "0",
            "1_0",
            "0x1f",
            "0b1",
            "1.5",
            "1e3",
            "true",
            "false",
            "\"x\"",
            "'y'",
            "\"\\n\"",
            "\"\"\"\nz\"\"\"",
            "'''w'''",
            "# c\n",
            ".",
            "\na = 1\n",
            "\nb = \"v\"\n",
            "\n[a]\n",
            "\n[b.a]\n",
            "\n[[b]]\n",
            "a = [1, 2]\n",
            "b = {a = 1}\n",
            "\"",
            "'",
            "\\",
            "_",
            "\na.b = 1\n",
            "\n[a.b]\n",
            "inf",
            "nan")
        .list()
        .ofMinSize(1)
        .ofMaxSize(9)
        .map(parts -> String.join("", parts));
  }

  static Map<String, Object> plain(TomlTable table) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (String key : table.keys()) {
      map.put(key, plain(table.get(key).orElseThrow()));
    }
    return map;
  }

  private static Object plain(TomlValue value) {
    return switch (value) {
      case TomlTable table -> plain(table);
      case TomlValue.Text text -> text.text();
      case TomlValue.Whole whole -> whole.number();
      case TomlValue.Decimal decimal -> decimal.number();
      case TomlValue.Truth truth -> truth.value();
      case TomlValue.Array array -> {
        List<Object> items = new ArrayList<>();
        for (TomlValue item : array.items()) {
          items.add(plain(item));
        }
        yield items;
      }
    };
  }

  private static Map<String, Object> plain(org.tomlj.TomlTable table) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (String key : table.keySet()) {
      map.put(key, plainObject(table.get(List.of(key))));
    }
    return map;
  }

  private static Object plainObject(Object value) {
    return switch (value) {
      case org.tomlj.TomlTable table -> plain(table);
      case TomlArray array -> array.toList().stream().map(TomlTest::plainObject).toList();
      default -> value;
    };
  }

  private static TomlTable parse(String text) {
    return Toml.parse(text.getBytes(StandardCharsets.UTF_8), "pale.toml");
  }
}
