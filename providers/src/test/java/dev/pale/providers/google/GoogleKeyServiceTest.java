package dev.pale.providers.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.providers.fake.Detour;
import dev.pale.providers.fake.FakeMachine;
import dev.pale.providers.fake.FakeServer;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretValue;
import dev.pale.sops.MasterKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data keys wrapped by Google Cloud KMS. */
class GoogleKeyServiceTest {
  private static final String KEY =
      "projects/acme-prod/locations/global/keyRings/sops/cryptoKeys/sops-key";

  @TempDir Path home;
  private final FakeGoogle google = new FakeGoogle();
  private FakeServer server;
  private FakeMachine machine;
  private GoogleKeyService service;

  @BeforeEach
  void start() {
    server = FakeServer.http(google);
    machine = new FakeMachine(home);
    Detour detour =
        new Detour(machine.http())
            .lead("https://cloudkms.googleapis.com", server)
            .lead("https://oauth2.googleapis.com", server);
    String file = FakeGoogle.keyFile("https://oauth2.googleapis.com/token");
    service =
        new GoogleKeyService(
            new ProviderSettings(
                "gcp_kms",
                Map.of(),
                Map.of(
                    "credentials_json",
                    SecretValue.owning("c", file.getBytes(StandardCharsets.UTF_8)))),
            detour.in(machine.surroundings()));
  }

  @AfterEach
  void stop() {
    service.close();
    machine.close();
    server.close();
    assertThat(server.failures()).isEmpty();
  }

  private static MasterKey key(String resource, String wrapped) {
    return new MasterKey("gcp_kms", Map.of("resource_id", resource), Map.of(), wrapped);
  }

  @Test
  void what_is_wrapped_is_unwrapped() {
    byte[] dataKey = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    String wrapped = service.wrap(key(KEY, ""), dataKey);
    assertThat(service.unwrap(key(KEY, wrapped))).isEqualTo(dataKey);
    assertThat(server.requests().getLast().target()).isEqualTo("/v1/" + KEY + ":decrypt");
  }

  @Test
  void a_checksum_that_is_wrong_or_not_there_refuses_the_key() {
    String wrapped = service.wrap(key(KEY, ""), new byte[32]);
    google.wrongChecksum = true;
    assertThatThrownBy(() -> service.unwrap(key(KEY, wrapped))).satisfies(has(631));
    assertThatThrownBy(() -> service.wrap(key(KEY, ""), new byte[32])).satisfies(has(631));
    google.wrongChecksum = false;
    google.noChecksum = true;
    assertThatThrownBy(() -> service.wrap(key(KEY, ""), new byte[32])).satisfies(has(631));
  }

  /** The file may come from a stranger's repository. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "projects/p/secrets/s/versions/1",
        "projects/p/locations/global/keyRings/r/cryptoKeys/k/../../../../../x",
        "projects/p/locations/global/keyRings/r/cryptoKeys/k:decrypt?x=",
        "projects/p/locations/global/keyRings/r/cryptoKeys/k#",
        "../projects/p/locations/global/keyRings/r/cryptoKeys/k",
        "projects/../locations/global/keyRings/r/cryptoKeys/k",
        "projects/p/locations/global/keyRings/r/cryptoKeys/%2e%2e",
        "https://evil.example/projects/p/locations/global/keyRings/r/cryptoKeys/k"
      })
  void what_is_no_key_is_never_asked_for(String resource) {
    assertThatThrownBy(() -> service.unwrap(key(resource, "AAAA"))).satisfies(has(630));
    assertThatThrownBy(() -> service.wrap(key(resource, ""), new byte[32])).satisfies(has(630));
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void a_wrapped_key_that_is_no_base64_is_never_sent() {
    assertThatThrownBy(() -> service.unwrap(key(KEY, "no base64!"))).satisfies(has(631));
    assertThatThrownBy(() -> service.unwrap(key(KEY, "A".repeat(20_000)))).satisfies(has(631));
    assertThat(server.requests()).isEmpty();
  }

  static java.util.function.Consumer<Throwable> has(int code) {
    return e -> assertThat(((PaleException) e).code()).isEqualTo(code);
  }
}
