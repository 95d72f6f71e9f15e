package dev.pale.providers.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.providers.ProviderTypes;
import dev.pale.providers.fake.FakeMachine;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.ProviderType;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An agent that starts Pale sets its environment; that must not lead what Pale keeps elsewhere. No
 * request leaves these tests: the network is replaced by a list of where it would have gone.
 */
class CredentialsTest {
  private static final String EVIL = "https://evil.example";
  private static final String TOKEN =
      "0.ec2c1d46-6a4b-4751-a310-af9601317f2d.C2IgxjjLF7qSshsbwe8JGcbM075YXw"
          + ":X8vbvA0bduihIDe/qrzIQQ==";

  @TempDir Path home;
  private FakeMachine machine;
  private final List<String> asked = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() {
    machine = new FakeMachine(home);
    for (String host :
        List.of("BWS_SERVER_URL", "DOPPLER_API_HOST", "INFISICAL_API_URL", "OP_CONNECT_HOST")) {
      machine.set(host, EVIL);
    }
  }

  @AfterEach
  void stop() {
    machine.close();
  }

  private Surroundings surroundings() {
    Surroundings real = machine.surroundings();
    return new Surroundings(
        real.variables(),
        real.home(),
        real.cwd(),
        real.uid(),
        real.clock(),
        call -> {
          asked.add(call.origin().text());
          throw PaleException.of(602, "no network in this test", "", "");
        },
        real.programs());
  }

  private static ProviderType type(String kind) {
    return ProviderTypes.all().stream()
        .filter(each -> each.kind().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  private void health(String kind, Map<String, String> plain, Map<String, String> secret) {
    Map<String, SecretValue> credentials = new HashMap<>();
    secret.forEach((name, value) ->
        credentials.put(name, SecretValue.owning(name, value.getBytes(StandardCharsets.UTF_8))));
    try (Provider provider =
        type(kind).open(new ProviderSettings(kind, plain, credentials), surroundings())) {
      provider.health();
    }
  }

  @Test
  void what_pale_keeps_goes_to_the_stores_own_host_whatever_the_environment_says() {
    machine.set("INFISICAL_UNIVERSAL_AUTH_CLIENT_ID", "x");
    health("bws", Map.of(), Map.of("access_token", TOKEN));
    health("doppler", Map.of(), Map.of("token", "dp.st.x"));
    health("infisical", Map.of("client_id", "c"), Map.of("client_secret", "s"));
    health("infisical", Map.of(), Map.of("token", "t"));
    assertThat(asked)
        .containsExactly(
            "https://identity.bitwarden.com",
            "https://api.doppler.com",
            "https://app.infisical.com",
            "https://app.infisical.com");
  }

  @Test
  void regions_have_names() {
    health("bws", Map.of("server", "eu"), Map.of("access_token", TOKEN));
    health("infisical", Map.of("host", "eu"), Map.of("token", "t"));
    health("infisical", Map.of("host", "https://i.example.com/api/"), Map.of("token", "t"));
    assertThat(asked)
        .containsExactly(
            "https://identity.bitwarden.eu", "https://eu.infisical.com", "https://i.example.com");
  }

  @Test
  void what_the_environment_has_goes_where_the_environment_says() {
    machine
        .set("BWS_ACCESS_TOKEN", TOKEN)
        .set("DOPPLER_TOKEN", "dp.st.x")
        .set("INFISICAL_TOKEN", "t")
        .set("OP_CONNECT_TOKEN", "t");
    for (String kind : List.of("bws", "doppler", "infisical", "op")) {
      health(kind, Map.of(), Map.of());
    }
    assertThat(asked).containsExactly(EVIL, EVIL, EVIL, EVIL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example",
        "https://user:pw@host",
        "https://host/a?b",
        "https://host/a#b",
        "https://host/../x",
        "https://host//x",
        "https://host/%2e",
        "ftp://host",
        "host",
        "https://"
      })
  void addresses_that_are_more_than_https_host_and_path_are_refused(String address) {
    assertThatThrownBy(() -> Base.parse(address, "host"))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(601));
  }

  @Test
  void an_address_may_have_a_path() {
    assertThat(Base.parse("https://bw.example.com:8443/vault/", "x").under("/api").text())
        .isEqualTo("https://bw.example.com:8443/vault/api");
  }

  @Test
  void parts_of_a_target_cannot_start_another_part() {
    assertThat(Urls.encode("a/b?c=d&e#f%20 ü~-._"))
        .isEqualTo("a%2Fb%3Fc%3Dd%26e%23f%2520%20%C3%BC~-._");
  }
}
