package dev.pale.providers.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.providers.fake.FakeAnswer;
import dev.pale.providers.fake.FakeServer;
import dev.pale.secrets.PaleException;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {
  private static Proxies of(Map<String, String> variables) {
    return Proxies.of(name -> variables.getOrDefault(name, ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vault.example.com | 443 | ''                  | false",
        "vault.example.com | 443 | *                   | true",
        "vault.example.com | 443 | example.com         | true",
        "vault.example.com | 443 | .example.com        | true",
        "vault.example.com | 443 | ample.com           | false",
        "vault.example.com | 443 | other, EXAMPLE.com  | true",
        "vault.example.com | 443 | vault.example.com:8200 | false",
        "vault.example.com | 8200 | vault.example.com:8200 | true",
        "localhost         | 443 | ''                  | true",
        "127.0.0.1         | 443 | ''                  | true"
      })
  void no_proxy_leaves_hosts_out(String host, int port, String except, boolean direct) {
    Proxies proxies = of(Map.of("HTTPS_PROXY", "http://proxy.invalid:3128", "NO_PROXY", except));
    assertThat(proxies.isDirect("https", host, port)).isEqualTo(direct);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "socks5://u:hunter2@h:1",
        "https://u:hunter2@h",
        "http://",
        "ht tp:hunter2",
        "http://u:hunter2@h:99999"
      })
  void a_proxy_of_another_kind_is_refused_and_not_shown(String address) {
    assertThatThrownBy(() -> of(Map.of("https_proxy", address)))
        .isInstanceOfSatisfying(
            PaleException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(601);
              assertThat(failure.what() + failure.why()).doesNotContain("hunter2");
            });
  }

  @Test
  void a_proxy_sees_the_host_and_its_own_password_and_nothing_else() {
    // The proxy answers the tunnel's request with an error: what it was sent is all there is.
    try (FakeServer proxy = FakeServer.http(request -> FakeAnswer.text(502, "no"));
        JdkHttp http =
            JdkHttp.create(
                name ->
                    name.equals("HTTPS_PROXY") ? "http://user:pass@127.0.0.1:" + proxy.port() : "",
                Clock.systemUTC())) {
      HttpCall call =
          HttpCall.of(Origin.parse("https://vault.invalid:8200", "address"), "POST", "/v1/path")
              .header("X-Vault-Token", "hunter2");
      assertThatThrownBy(() -> http.send(call)).isInstanceOf(PaleException.class);
      assertThat(proxy.requests())
          .singleElement()
          .satisfies(request -> {
            assertThat(request.method()).isEqualTo("CONNECT");
            assertThat(request.target()).isEqualTo("vault.invalid:8200");
            assertThat(request.header("proxy-authorization")).isEqualTo("Basic dXNlcjpwYXNz");
            assertThat(request.headers().toString()).doesNotContain("hunter2");
          });
    }
  }
}
