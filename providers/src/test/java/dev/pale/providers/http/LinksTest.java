package dev.pale.providers.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinksTest {
  private static final Origin ORIGIN = Origin.parse("https://vault.example.com", "address");

  @ParameterizedTest
  @CsvSource({
    "https://vault.example.com/next?page=2, /next?page=2",
    "HTTPS://VAULT.example.com:443/next, /next",
    "https://vault.example.com, /",
    "/next%2F?a=b%26, /next%2F?a=b%26",
    "https://vault.example.com/a#part, /a"
  })
  void a_link_on_the_origin_gives_its_path(String link, String target) {
    assertThat(Links.sameOrigin(ORIGIN, link)).isEqualTo(target);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example/next",
        "http://vault.example.com/next",
        "https://vault.example.com:8443/next",
        "https://vault.example.com.evil.example/next",
        "https://vault.example.com@evil.example/next",
        "https://user@vault.example.com/next",
        "//evil.example/next",
        "///evil.example/next",
        "\\\\evil.example/next",
        "/\\evil.example",
        "next",
        "",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        "https:/next"
      })
  void a_link_to_anywhere_else_is_refused_and_not_shown(String link) {
    assertThatThrownBy(() -> Links.sameOrigin(ORIGIN, link))
        .isInstanceOfSatisfying(
            PaleException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(605);
              assertThat(failure.what() + failure.why()).doesNotContain("evil");
            });
  }

  @Test
  void pages_end() {
    Pages pages = new Pages("the secrets", 3, 10);
    pages.page("");
    pages.entries(10);
    pages.page("b");
    assertThatThrownBy(() -> pages.page("b")).hasMessageContaining("do not come to an end");
    assertThatThrownBy(() -> pages.page("d")).isInstanceOf(PaleException.class);
    assertThatThrownBy(() -> pages.entries(1)).isInstanceOf(PaleException.class);
  }
}
