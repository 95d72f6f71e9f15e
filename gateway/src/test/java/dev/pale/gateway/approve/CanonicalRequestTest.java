package dev.pale.gateway.approve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CanonicalRequestTest {
  static CanonicalRequest payment() {
    return new CanonicalRequest(
        "s1",
        "POST",
        "api.example.com:443",
        "/v1/pay?to=x",
        List.of("STRIPE_KEY"),
        "application/json",
        "ab".repeat(32),
        12,
        "pay",
        "cd".repeat(32));
  }

  @Test
  void a_difference_in_any_field_is_another_request() {
    CanonicalRequest p = payment();
    List<String> s = p.secrets();
    List<CanonicalRequest> all =
        List.of(
            p,
            with(
                "s2",
                p.method(),
                p.authority(),
                p.target(),
                s,
                p.contentType(),
                p.bodySha256(),
                12,
                "pay"),
            with(
                "s1",
                "PUT",
                p.authority(),
                p.target(),
                s,
                p.contentType(),
                p.bodySha256(),
                12,
                "pay"),
            with(
                "s1",
                "POST",
                "api.example.com:444",
                p.target(),
                s,
                p.contentType(),
                p.bodySha256(),
                12,
                "pay"),
            with(
                "s1",
                "POST",
                p.authority(),
                "/v1/pay?to=y",
                s,
                p.contentType(),
                p.bodySha256(),
                12,
                "pay"),
            with(
                "s1",
                "POST",
                p.authority(),
                p.target(),
                List.of(),
                p.contentType(),
                p.bodySha256(),
                12,
                "pay"),
            with(
                "s1",
                "POST",
                p.authority(),
                p.target(),
                List.of("STRIPE_KEY", "X"),
                p.contentType(),
                p.bodySha256(),
                12,
                "pay"),
            with(
                "s1",
                "POST",
                p.authority(),
                p.target(),
                s,
                "text/plain",
                p.bodySha256(),
                12,
                "pay"),
            with(
                "s1",
                "POST",
                p.authority(),
                p.target(),
                s,
                p.contentType(),
                "cd".repeat(32),
                12,
                "pay"),
            with(
                "s1",
                "POST",
                p.authority(),
                p.target(),
                s,
                p.contentType(),
                p.bodySha256(),
                13,
                "pay"),
            with(
                "s1",
                "POST",
                p.authority(),
                p.target(),
                s,
                p.contentType(),
                p.bodySha256(),
                12,
                "other"),
            // The same letters, with the border between two fields elsewhere.
            with(
                "s1P",
                "OST",
                p.authority(),
                p.target(),
                s,
                p.contentType(),
                p.bodySha256(),
                12,
                "pay"),
            with(
                "s1",
                "POST",
                p.authority(),
                p.target(),
                List.of("STRIPE_KEYapplication/json"),
                "",
                p.bodySha256(),
                12,
                "pay"),
            with(
                "s1",
                "POST",
                p.authority(),
                p.target(),
                List.of("STRIPE", "_KEY"),
                p.contentType(),
                p.bodySha256(),
                12,
                "pay"));
    Set<String> hashes = new HashSet<>();
    for (CanonicalRequest each : all) {
      assertThat(hashes.add(each.hash())).as("%s", each).isTrue();
      assertThat(each.hash()).matches("[0-9a-f]{64}");
    }
    assertThat(payment().hash()).isEqualTo(p.hash());
  }

  private static CanonicalRequest with(
      String session,
      String method,
      String authority,
      String target,
      List<String> secrets,
      String contentType,
      String bodySha256,
      long bodyBytes,
      String rule) {
    return new CanonicalRequest(
        session,
        method,
        authority,
        target,
        secrets,
        contentType,
        bodySha256,
        bodyBytes,
        rule,
        "cd".repeat(32));
  }

  @Test
  void other_header_fields_are_another_request() {
    CanonicalRequest p = payment();
    CanonicalRequest other =
        new CanonicalRequest(
            p.session(),
            p.method(),
            p.authority(),
            p.target(),
            p.secrets(),
            p.contentType(),
            p.bodySha256(),
            p.bodyBytes(),
            p.rule(),
            "ef".repeat(32));
    assertThat(other.hash()).isNotEqualTo(p.hash());
  }

  @Test
  void what_the_human_sees() {
    assertThat(new Pending("0123456789abcdef", payment(), 3, 2).display())
        .isEqualTo(
            """
            request POST
            to      api.example.com:443
            path    /v1/pay?to=x
            secrets STRIPE_KEY
            body    12 bytes, sha256 abababababababab, said to be application/json
            rule    pay
            from    s1
            waiting 3 identical requests, one will pass\
            """);
  }

  @Test
  void a_long_path_is_cut_in_the_middle() {
    String target = "/start" + "x".repeat(2000) + "end";
    CanonicalRequest request = with("s", "GET", "a.example:443", target, List.of(), "", "", 0, "r");
    String display = new Pending("1", request, 1, 0).display();
    assertThat(display)
        .contains("path    /start")
        .contains("…(" + (target.length() - 300) + " characters)…")
        .contains("xend\nsecrets none\nbody    none\n");
  }

  @Property
  void nothing_that_a_client_writes_can_pass_for_a_line_of_ours(
      @ForAll String method, @ForAll String target, @ForAll String contentType) {
    CanonicalRequest request =
        with("s", method, "a.example:443", target, List.of("K"), contentType, "00", 1, "r");
    String display = new Pending("1", request, 1, 0).display();
    assertThat(display.lines())
        .extracting(line -> line.substring(0, 8))
        .containsExactly(
            "request ", "to      ", "path    ", "secrets ", "body    ", "rule    ", "from    ");
    assertThat(display.chars()).allMatch(c -> c == '\n' || (c >= ' ' && c < 0x7f) || c == '…');
  }

  @Test
  void escapes() {
    assertThat(SafeText.of("a\u202eb\u200b\u0007\u001b[2J\r\nc", 100))
        .isEqualTo("a\\u{202e}b\\u{200b}\\u{7}\\u{1b}[2J\\u{d}\\u{a}c");
    assertThat(SafeText.of("\\u{202e}", 100)).isEqualTo("\\\\u{202e}");
    assertThat(SafeText.of("a  b", 100)).isEqualTo("a \\u{20}b");
    assertThat(SafeText.of("\ud83d\ude00\ud83d", 100)).isEqualTo("\\u{1f600}\\u{d83d}");
    assertThat(SafeText.of("…(5 characters)…", 100)).isEqualTo("\\u{2026}(5 characters)\\u{2026}");
    assertThat(SafeText.of("\u0001\u0002\u0003\u0004", 3))
        .isEqualTo("\\u{1}\\u{2}…(1 characters)…\\u{4}");
  }
}
