package dev.pale.formats.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.formats.json.JsonValue.JsonArray;
import dev.pale.formats.json.JsonValue.JsonBoolean;
import dev.pale.formats.json.JsonValue.JsonNull;
import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void readsEveryKindOfValue() {
    JsonValue value =
        parse(" {\"a\" : [1, -0.5e+3, true, false, null], \"\\u00e9\\ud83d\\ude00\\n\": {}} ");
    assertThat(value)
        .isEqualTo(
            new JsonObject(
                Map.of(
                    "a",
                    new JsonArray(
                        List.of(
                            new JsonNumber("1"),
                            new JsonNumber("-0.5e+3"),
                            new JsonBoolean(true),
                            new JsonBoolean(false),
                            new JsonNull())),
                    "é😀\n",
                    new JsonObject(Map.of()))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "}",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "01",
        "+1",
        ".5",
        "1.",
        "1e",
        "-",
        "NaN",
        "tru",
        "nul",
        "\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
        "\"\t\"",
        "\"\n\"",
        "1 2",
        "[1 2]",
        "{\"a\" 1}",
        "// c\n1",
        "[1]]",
        "{\"a\":1,\"a\":2}",
        "\ufeff1",
        "\u00a01",
        "\"\\",
        "\"\\u12",
        "{\"a\":}",
        "0x1"
      })
  void refusesWhatIsNotStrictJson(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(430));
  }

  @Test
  void anErrorNamesThePlaceAndNotTheContent() {
    assertThatThrownBy(() -> parse("{\n  \"token\": hunter2\n}"))
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> {
              assertThat(e.why()).startsWith("line 2, column 12");
              assertThat(e.what() + e.why() + e.mend()).doesNotContain("hunter2");
            });
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    assertThatThrownBy(() -> Json.parse(new byte[] {'"', (byte) 0xff, '"'}, "x.json"))
        .isInstanceOf(PaleException.class)
        .hasMessageContaining("UTF-8");
  }

  @Test
  void refusesNestingThatWouldOverflowTheStack() {
    assertThat(parse("[".repeat(100) + "]".repeat(100))).isInstanceOf(JsonArray.class);
    assertThatThrownBy(() -> parse("[".repeat(1_000_000))).isInstanceOf(PaleException.class);
  }

  @Test
  void writesWhatTheCommandsPrint() {
    String text =
        new JsonWriter()
            .beginObject()
            .member("name", "a\"\\\n\u0001\u2028é")
            .member("line", 3)
            .member("ok", true)
            .member("time", Instant.parse("2026-11-20T10:15:30Z"))
            .name("list")
            .beginArray()
            .value(1.5)
            .nullValue()
            .beginObject()
            .endObject()
            .endArray()
            .endObject()
            .toString();
    assertThat(text)
        .isEqualTo(
            "{\"name\":\"a\\\"\\\\\\n\\u0001\\u2028é\",\"line\":3,\"ok\":true,"
                + "\"time\":\"2026-11-20T10:15:30Z\",\"list\":[1.5,null,{}]}");
  }

  @Test
  void refusesToWriteWhatIsNoJson() {
    assertThatThrownBy(() -> new JsonWriter().beginObject().value(1))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new JsonWriter().beginArray().name("a"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new JsonWriter().beginArray().endObject())
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new JsonWriter().beginObject().name("a").endObject())
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new JsonWriter().value(1).value(2))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new JsonWriter().beginArray().toString())
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new JsonWriter().value(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 500)
  void whatIsWrittenIsReadBack(@ForAll String name, @ForAll String text, @ForAll long number) {
    JsonValue value =
        new JsonObject(
            Map.of(
                clean(name),
                new JsonArray(
                    List.of(new JsonString(clean(text)), new JsonNumber(Long.toString(number))))));
    assertThat(parse(new JsonWriter().value(value).toString())).isEqualTo(value);
  }

  /** Lone surrogates are no text. */
  private static String clean(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static JsonValue parse(String text) {
    return Json.parse(text.getBytes(StandardCharsets.UTF_8), "x.json");
  }
}
