package dev.pale.formats.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {
  private static final Predicate<String> KNOWN = Set.of("op", "vault", "pale", "aws-sm")::contains;

  private static Template parse(String text) {
    return Template.parse(text.getBytes(StandardCharsets.UTF_8), "t", KNOWN);
  }

  private static List<String> found(String text) {
    return parse(text).slots().stream().map(Slot::written).toList();
  }

  private static String filled(Template template, String... values) {
    List<byte[]> bytes = new ArrayList<>();
    for (String value : values) {
      bytes.add(value.getBytes(StandardCharsets.UTF_8));
    }
    return new String(template.fill(bytes), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a={{ op://v/i/f }}b                     | op://v/i/f         | a=*b",
        "{{op://v/i/f}}                          | op://v/i/f         | *",
        "{{\top://my vault/an item/f \t}}        | op://my vault/an item/f | *",
        "{{{op://v/i/f}}}                        | op://v/i/f         | {*}",
        "{{ op://${ENV}/i/f }}                   | op://${ENV}/i/f    | *",
        "{{ other://v/i }}                       | other://v/i        | *",
        "{{ vault://a/b#c d }}                   | vault://a/b#c d    | *",
        "p: op://v/i/f                           | op://v/i/f         | p: *",
        "postgres://u:op://v/i/f@host/db         | op://v/i/f         | postgres://u:*@host/db",
        "'op://v/i/f'                            | op://v/i/f         | '*'",
        "[op://v/i/f, x]                         | op://v/i/f         | [*, x]",
        "op://$E/${F:-x}/f;                      | op://$E/${F:-x}/f  | *;",
        "op://v/i/f?attribute=otp&x=1 y          | op://v/i/f?attribute=otp&x=1 | * y",
        "vault://a/b#c#                          | vault://a/b#c      | *#",
        "op://v/i/é                              | op://v/i/          | *é",
        "_op://v/i/f                             | op://v/i/f         | _*",
        "a=aws-sm://x/y                          | aws-sm://x/y       | a=*"
      })
  void findsReferences(String text, String reference, String result) {
    Template template = parse(text);
    assertThat(template.slots()).extracting(Slot::written).containsExactly(reference);
    assertThat(filled(template, "*")).isEqualTo(result);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "xop://v/i/f",
        "Xop://v/i/f",
        "9op://v/i/f",
        "-op://v/i/f",
        "+op://v/i/f",
        ".op://v/i/f",
        "\\op://v/i/f",
        "OP://v/i/f",
        "op:/v/i/f",
        "op:// is a scheme",
        "https://example.com/a?b=c",
        "postgres://u:p@h/db",
        "{{ .Values.name }} {{ x | y }} {{}} {{",
        "${HOME} $(touch x) `id` <%= x %> #{y}",
        "{{ \"no end",
        "{{ \"text\" | upper }}",
        "{{ \"\\n\" }}",
        "://",
        "{{ ://x }}",
        "{ { op }}"
      })
  void leavesAllElse(String text) {
    Template template = parse(text);
    assertThat(template.slots()).isEmpty();
    assertThat(filled(template)).isEqualTo(text);
  }

  @Test
  void whatIsInQuotesInBracesStandsForItself() {
    assertThat(filled(parse("a {{ \"{{\" }} b {{\"op://v/i/f\"}} {{ \"\\\"\\\\é\" }}")))
        .isEqualTo("a {{ b op://v/i/f \"\\é");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{{ op://v/i/f                |1:1",
        "x<LF>é {{ op://v/i/f<LF>}}   |2:3",
        "{{ op:// }}                  |1:1",
        "a {{ op://v/{{ op://x }} }}  |1:3",
        "{{ op://v/\u0001i }}         |1:1"
      })
  void aReferenceThatIsNotClosedIsAnErrorWithItsPlace(String text, String place) {
    assertThatThrownBy(() -> parse(text.replace("<LF>", "\n")))
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> {
              assertThat(e.code()).isEqualTo(651);
              assertThat(e.what()).startsWith("t:" + place + ":");
            });
  }

  @Test
  void saysWhereEachReferenceStands() {
    Template template = parse("é op://a/b\n\n  {{ op://c/d }} opp://x/y ftp://z\n");
    assertThat(template.slots()).extracting(Slot::position).containsExactly("1:3", "3:3");
    assertThat(template.unknown()).extracting(Slot::written).containsExactly("opp://", "ftp://");
    assertThat(template.unknown()).extracting(Slot::position).containsExactly("3:18", "3:28");
  }

  @Test
  void refusesWhatIsNoUtf8OnlyInsideReferences() {
    byte[] outside = {(byte) 0xff, 'o', 'p', ':', '/', '/', 'a', (byte) 0xfe};
    Template template = Template.parse(outside, "t", KNOWN);
    assertThat(template.fill(List.of(new byte[] {0, (byte) 0x80})))
        .containsExactly(0xff, 0, 0x80, 0xfe);
    byte[] inside = "{{ op://v/?/f }}".getBytes(StandardCharsets.ISO_8859_1);
    inside[10] = (byte) 0xff;
    assertThatThrownBy(() -> Template.parse(inside, "t", KNOWN))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(651));
  }

  @Test
  void tooMuchIsRefused() {
    assertThatThrownBy(() -> parse("op://a/b ".repeat(10_001)))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(655));
    assertThat(parse("op://a/b ".repeat(10_000)).slots()).hasSize(10_000);
    assertThatThrownBy(() -> Template.parse(new byte[(16 << 20) + 1], "t", KNOWN))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(655));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{{ ",
        "{{ \"",
        "{{ \"\\\"",
        "op://",
        "a://",
        "://",
        "{{ a:",
        "op://a/b:",
        "\n"
      })
  void timeIsLinearInTheSize(String part) {
    byte[] bytes = part.repeat((8 << 20) / part.length()).getBytes(StandardCharsets.US_ASCII);
    long start = System.nanoTime();
    try {
      Template.parse(bytes, "t", KNOWN);
    } catch (PaleException refused) {
      assertThat(refused.code()).isIn(651, 655);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Property(tries = 500)
  void noTemplateWithoutReferencesChanges(@ForAll("pieces") List<String> pieces) {
    String text = String.join("", pieces);
    Template template;
    try {
      template = parse(text);
    } catch (PaleException refused) {
      return;
    }
    if (template.slots().isEmpty() && !text.matches("(?s).*\\{\\{[ \t]*\".*")) {
      assertThat(filled(template)).isEqualTo(text);
    }
  }

  @Property(tries = 500)
  void insertedValuesAreNeverReadAgain(
      @ForAll("pieces") List<String> pieces, @ForAll("pieces") List<String> hostile) {
    String value = String.join("", hostile) + "{{ op://stolen/i/f }}op://stolen/x";
    Template template;
    try {
      template = parse(String.join("", pieces));
    } catch (PaleException refused) {
      return;
    }
    int slots = template.slots().size();
    String[] values = new String[slots];
    String[] marks = new String[slots];
    java.util.Arrays.fill(values, value);
    java.util.Arrays.fill(marks, "\u0001");
    assertThat(filled(template, values))
        .isEqualTo(filled(template, marks).replace("\u0001", value));
  }

  @Provide
  Arbitrary<List<String>> pieces() {
    return Arbitraries.of(
            "{{ ",
            " }}",
            "{{",
            "}}",
            "{",
            "}",
            "\"",
            "\\",
            "op://v/i/f",
            "vault://a#b",
            "://",
            "https://x",
            "op",
            "$X",
            "${Y}",
            "$",
            "\n",
            " ",
            "é",
            "a",
            "-",
            "{{ \"",
            "\" }}",
            "{{ op://v/i i/f }}",
            "#",
            "@",
            ":")
        .list()
        .ofMaxSize(14);
  }

  @Test
  void variablesAreReplacedOnce() {
    Map<String, String> set =
        Map.of("E", "dev", "F", "x y/z", "BAD", "a#b", "DOTS", "..", "V", "$E");
    assertThat(expand("op://$E/${F}/$$E/${NONE:-d}", set)).isEqualTo("op://dev/x y/z/$E/d");
    assertThat(expand("op://plain", set)).isEqualTo("op://plain");
    for (String refused : List.of("op://$BAD", "op://$DOTS/x", "op://$V", "op://$API_TOKEN/x")) {
      assertThatThrownBy(() -> expand(refused, set))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(654));
    }
    assertThatThrownBy(() -> expand("op://$NONE", set))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(653));
    for (String refused : List.of("op://${E", "op://${E:+x}", "op://$/x", "op://${}")) {
      assertThatThrownBy(() -> expand(refused, set))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(651));
    }
  }

  private static String expand(String text, Map<String, String> set) {
    return Variables.expand(text, name -> set.getOrDefault(name, ""), "t:1:1");
  }

  @Test
  void severalReferencesKeepTheirOrder() {
    assertThat(found("op://a/1 {{ op://b/2 }} op://c/3"))
        .containsExactly("op://a/1", "op://b/2", "op://c/3");
  }
}
