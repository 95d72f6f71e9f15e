package dev.pale.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathPatternTest {
  @ParameterizedTest
  @CsvSource({
    "/, /, true",
    "/, /a, false",
    "/a, /a, true",
    "/a, /a/, true",
    "/a/, /a, true",
    "/a, /A, false",
    "/a, /ab, false",
    "/a, /a/b, false",
    "/a/*, /a/b, true",
    "/a/*, /a, false",
    "/a/*, /a/, false",
    "/a/*, /a/b/c, false",
    "/a/**, /a, true",
    "/a/**, /a/, true",
    "/a/**, /a/b/c/d, true",
    "/a/**, /ab, false",
    "/**, /, true",
    "/**, /a/b, true",
    "/a/**/z, /a/z, true",
    "/a/**/z, /a/b/c/z, true",
    "/a/**/z, /a/z/y, false",
    "/a/**/z, /a/z/y/z, true",
    "/**/m/**/z, /a/m/b/m/z, true",
    "/**/m/**/z, /a/b/z, false",
    "/*/**, /, false",
    "/*/**, /a, true",
    "/v1/gpt-*, /v1/gpt-4.1, true",
    "/v1/gpt-*, /v1/gpt-, true",
    "/v1/gpt-*, /v1/gp, false",
    "/v1/*-*-x, /v1/a-b-c-x, true",
    "/v1/*-*-x, /v1/a-x, false",
    "/bot*/getMe, /bot123:abc/getMe, true",
    "/*/*.git/info/refs, /acme/repo.git/info/refs, true",
    "/a%20b, /a%20b, true",
    "/%61, /a, true",
    "/a, /%61, true",
    "/@acme%2f*, /@acme%2Fname, false",
    "/@acme/**, /@acme%2Fname, false",
    "/**, /@acme%2Fname, true",
    "/b\u00fccher, /b%C3%BCcher, true",
  })
  void table(String pattern, String path, boolean matches) {
    assertThat(PathPattern.parse(pattern).matches(path)).isEqualTo(matches);
  }

  @Test
  void an_encoded_slash_in_a_pattern_is_an_opaque_one() {
    PathPattern pattern = PathPattern.parse("/@acme%2f*");
    assertThat(pattern.matchesReading("/@acme" + PathReadings.OPAQUE_SLASH + "name", false))
        .isTrue();
    assertThat(pattern.matchesReading("/@acme/name", false)).isFalse();
  }

  @Test
  void case_is_ignored_when_asked_for_in_ascii_alone() {
    assertThat(PathPattern.parse("/Admin/x*").matchesReading("/aDMIN/XY", true)).isTrue();
    assertThat(PathPattern.parse("/Admin").matchesReading("/aDMIN", false)).isFalse();
    assertThat(PathPattern.parse("/\u00e9").matchesReading("/\u00e3\u00a9", true)).isFalse();
  }

  @Test
  void many_stars_take_no_long_time() {
    PathPattern pattern = PathPattern.parse("/" + "*a".repeat(50) + "b/" + "**/".repeat(20) + "z");
    assertThat(pattern.matches("/" + "a".repeat(8000) + "/" + "y/".repeat(2000))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "*",
        "a/b",
        "https://x.com/a",
        "/a?x=1",
        "/a#x",
        "/a//b",
        "//a",
        "/a/../b",
        "/.",
        "/%2e%2e",
        "/a**",
        "/**b",
        "/a/%",
        "/a/%4",
        "/a/%zz",
        "/a\\b",
        "/%5c",
        "/a/%00",
        "/a\n",
        "/%C0%AE"
      })
  void what_is_no_pattern(String text) {
    assertThatThrownBy(() -> PathPattern.parse(text))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(710));
  }

  @Test
  void patterns_are_equal_when_written_alike() {
    assertThat(PathPattern.parse("/a/**"))
        .isEqualTo(PathPattern.parse("/a/**"))
        .hasSameHashCodeAs(PathPattern.parse("/a/**"))
        .isNotEqualTo(PathPattern.parse("/a/*"))
        .hasToString("/a/**");
  }
}
