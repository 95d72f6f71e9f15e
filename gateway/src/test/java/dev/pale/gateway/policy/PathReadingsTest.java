package dev.pale.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.gateway.refusal.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathReadingsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/..",
        "/.",
        "/a/../b",
        "/a/./b",
        "/a/..",
        "/a/.",
        "/../",
        "/%2e%2e/a",
        "/%2E%2E/a",
        "/.%2e/a",
        "/%2e./a",
        "/a/%2e",
        "/%252e%252e/a",
        "/%252E%252e/a",
        "/.%252e/a",
        "/%25%32%65%25%32%65/a",
        "/a%2f..%2fb",
        "/a%2F%2e%2E%2Fb",
        "/a%2f..",
        "/..%2fa",
        "/a%252f..%252fb",
        "/a%252f%252e%252e%252fb",
        "/a%2f%252e%252e%2fb",
        "/..;/a",
        "/..;x=y/a",
        "/.;/a",
        "/%2e%2e;/a",
        "/..%3b/a",
        "/..%253b/a",
        "/a;%2f../b",
        "/...",
        "/a/..%20/b",
        "/a/.%20./b",
        "/a/%20../b",
        "//../a",
        "/a//../b",
        "/a%3f/../b",
        "/a/..%3fx",
        "/a/..%23x",
        "/\\",
        "/a\\b",
        "/..\\a",
        "/a%5cb",
        "/..%5ca",
        "/..%5C..%5Ca",
        "/a%255cb",
        "/a%00",
        "/a%00.png",
        "/a%2500",
        "/a%0a",
        "/a%0d%0aX:y",
        "/a%250d%250a",
        "/a%7f",
        "/a%1b[2J",
        "/a%c0%ae%c0%ae/b",
        "/%C0%AF",
        "/%c1%9c",
        "/%e0%80%ae",
        "/%f0%80%80%ae",
        "/%25c0%25ae",
        "/%25252e%25252e/a",
        "/%2525252f",
        "/a%",
        "/a%2",
        "/a%zz",
        "/a%u002e%u002e/b",
        "/a%%32%65",
        "/a b",
        "/a\tb",
        "/a\u0000b",
        "/a\u00e9",
        "/a\uff0e\uff0e/b",
        "/a#b",
        "/a?b",
        "",
        "a",
        "*",
        "http://x/",
      })
  void what_no_rule_gets_to_see(String path) {
    assertThatThrownBy(() -> PathReadings.of(path))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.status()).isEqualTo(400);
              assertThat(refusal.code()).isEqualTo("ambiguous-path");
              assertThat(refusal.mend()).isNotEmpty();
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/a",
        "/a/b/",
        "/v1/models/gpt-4.1",
        "/a.b/c..d/e...f",
        "/repos/a/b/compare/main...dev",
        "/@scope/name",
        "/a:b,c=d&e+f!g$h'i(j)k*l~m_n-o",
      })
  void plain_paths_have_one_reading_and_no_work(String path) {
    assertThat(PathReadings.of(path)).containsExactly(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/.well-known/x", "/a/.git/config", "/..a", "/a/b..c/", "/a/.b"})
  void names_with_dots_have_one_reading_too(String path) {
    assertThat(PathReadings.of(path)).containsExactly(path);
  }

  @Test
  void an_encoded_slash_has_two() {
    assertThat(PathReadings.of("/@scope%2fname"))
        .containsExactly("/@scope\u2044name", "/@scope/name");
  }

  @Test
  void a_doubly_encoded_slash_has_three() {
    assertThat(PathReadings.of("/a%252Fb")).containsExactly("/a%2Fb", "/a\u2044b", "/a/b");
  }

  @Test
  void other_encodings_have_one() {
    assertThat(PathReadings.of("/a%20b/%61")).containsExactly("/a b/a");
    assertThat(PathReadings.of("/100%25")).containsExactly("/100%");
    assertThat(PathReadings.of("/%E2%82%AC")).containsExactly("/\u00e2\u0082\u00ac");
  }

  @Test
  void parameters_are_part_of_the_name_or_not() {
    assertThat(PathReadings.of("/a;x=1/b;y")).containsExactlyInAnyOrder("/a;x=1/b;y", "/a/b");
    assertThat(PathReadings.of("/a%3bx/b")).containsExactlyInAnyOrder("/a;x/b", "/a/b");
    assertThat(PathReadings.of("/a;x/b%3Bc")).contains("/a/b;c", "/a/b", "/a;x/b;c");
    assertThat(PathReadings.of("/a;x%2fb")).contains("/a", "/a/b", "/a;x/b");
  }

  @Test
  void doubled_slashes_are_kept_or_collapsed_or_begin_a_host() {
    assertThat(PathReadings.of("/a//b")).containsExactlyInAnyOrder("/a//b", "/a/b");
    assertThat(PathReadings.of("//h/a")).containsExactlyInAnyOrder("//h/a", "/h/a", "/a");
    assertThat(PathReadings.of("//h")).containsExactlyInAnyOrder("//h", "/h", "/");
    assertThat(PathReadings.of("/%2fh/a")).contains("//h/a", "/h/a", "/a");
    assertThat(PathReadings.of("/;x/h/a")).contains("/h/a", "/a");
  }

  @Test
  void an_encoded_question_mark_may_end_the_path() {
    assertThat(PathReadings.of("/a%3fb")).containsExactlyInAnyOrder("/a?b", "/a");
    assertThat(PathReadings.of("/a%23b/c")).containsExactlyInAnyOrder("/a#b/c", "/a");
  }

  @Test
  void dots_and_blanks_at_the_end_of_a_name_may_not_count() {
    assertThat(PathReadings.of("/admin./x%20")).contains("/admin./x ", "/admin/x");
  }
}
