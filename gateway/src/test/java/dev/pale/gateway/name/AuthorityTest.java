package dev.pale.gateway.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.gateway.refusal.Refusal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityTest {
  @ParameterizedTest
  @CsvSource({
    "Example.com, example.com:443",
    "example.com:443, example.com:443",
    "example.com.:8443, example.com:8443",
    "example.com:65535, example.com:65535",
    "192.0.2.1:1, 192.0.2.1:1",
    "[2001:db8::1], [2001:db8::1]:443",
    "[2001:db8::1]:8080, [2001:db8::1]:8080",
  })
  void host_and_port(String sent, String canonical) {
    assertThat(Authority.parse(sent, 443)).hasToString(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "example.com:",
        "example.com:0",
        "example.com:65536",
        "example.com:4294967739",
        "example.com:99999999999999999999",
        "example.com:+443",
        "example.com:-1",
        "example.com:0443",
        "example.com: 443",
        "example.com:443 ",
        "example.com:4\u0664",
        "example.com:443:443",
        "example.com:https",
        "example.com:0x1bb",
        "user@example.com:443",
        "good.com:443@evil.com:443",
        ":443",
        "[::1",
        "[::1]443",
        "[::1]:",
        "[::1]x",
        "[::1%25lo]:443",
        "[192.0.2.1]:443",
        "[example.com]:443",
        "[]:443",
        "::1",
        "::1:443",
        "2001:db8::1",
        "example.com/:443",
        "",
      })
  void everything_else_is_refused(String sent) {
    assertThatThrownBy(() -> Authority.parse(sent, 443))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.status()).isEqualTo(400);
              assertThat(refusal.code()).isIn("bad-host", "bad-authority");
            });
  }

  @Test
  void a_port_can_be_asked_for() {
    assertThatThrownBy(() -> Authority.parse("example.com", 0)).isInstanceOf(Refusal.class);
    assertThat(Authority.parse("example.com:1", 0).port()).isEqualTo(1);
  }

  @Property
  void it_reads_what_it_writes(@ForAll @IntRange(min = 1, max = 65535) int port) {
    for (String host : new String[] {"a.example", "192.0.2.7", "2001:db8::7"}) {
      Authority authority = new Authority(HostName.parse(host), port);
      assertThat(Authority.parse(authority.toString(), 0)).isEqualTo(authority);
    }
  }
}
