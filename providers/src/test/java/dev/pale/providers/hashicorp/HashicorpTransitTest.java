package dev.pale.providers.hashicorp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.providers.fake.FakeAnswer;
import dev.pale.providers.fake.FakeMachine;
import dev.pale.providers.fake.FakeRequest;
import dev.pale.providers.fake.FakeServer;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.secrets.PaleException;
import dev.pale.sops.KeyService;
import dev.pale.sops.MasterKey;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HashicorpTransitTest {
  private static final byte[] DATA_KEY = "0123456789abcdef0123456789abcdef".getBytes();

  @TempDir Path home;
  private FakeServer server;
  private FakeMachine machine;

  @BeforeEach
  void start() {
    server = FakeServer.http(new FakeVault());
    machine = new FakeMachine(home).set("VAULT_TOKEN", FakeVault.TOKEN);
  }

  @AfterEach
  void stop() {
    machine.close();
    server.close();
  }

  private KeyService service() {
    return new HashicorpTransit(ProviderSettings.none("vault"), machine.surroundings());
  }

  private MasterKey key(String address, String engine, String name, String wrapped) {
    return new MasterKey(
        "hc_vault",
        Map.of("vault_address", address, "engine_path", engine, "key_name", name),
        Map.of(),
        wrapped);
  }

  @Test
  void a_data_key_is_wrapped_and_unwrapped() {
    machine.set("VAULT_ADDR", server.address());
    KeyService service = service();
    MasterKey key = key(server.address() + "/", "sops", "main", "");
    assertThat(service.serves(key)).isTrue();
    String wrapped = service.wrap(key, DATA_KEY);
    assertThat(wrapped).startsWith("vault:v1:");
    MasterKey full = key(server.address(), "sops", "main", wrapped);
    assertThat(service.unwrap(full)).isEqualTo(DATA_KEY);
    assertThat(server.requests())
        .extracting(FakeRequest::target)
        .containsExactly("/v1/sops/encrypt/main", "/v1/sops/decrypt/main");
  }

  @Test
  void a_file_cannot_have_the_token_sent_to_its_own_server() {
    MasterKey key = key(server.address(), "sops", "main", "vault:v1:AAAA");
    for (String own : new String[] {"", "https://vault.example.com"}) {
      machine.set("VAULT_ADDR", own);
      assertThatThrownBy(() -> service().unwrap(key))
          .isInstanceOfSatisfying(
              PaleException.class,
              failure -> {
                assertThat(failure.code()).isEqualTo(618);
                assertThat(failure.mend()).contains("VAULT_ADDR=" + server.address());
              });
      assertThatThrownBy(() -> service().wrap(key, DATA_KEY)).isInstanceOf(PaleException.class);
    }
    assertThat(server.requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "sops/../secret/data, main",
    "sops, ../../secret/data/x",
    "sops, main?list=true",
    "sops, ''",
    "'', main",
    "sops%2f.., main"
  })
  void a_file_cannot_reach_another_place_of_the_server(String engine, String name) {
    machine.set("VAULT_ADDR", server.address());
    assertThatThrownBy(() -> service().unwrap(key(server.address(), engine, name, "vault:v1:AAAA")))
        .isInstanceOf(PaleException.class);
    assertThat(server.requests()).allMatch(each -> each.path().startsWith("/v1/sops/decrypt/"));
  }

  @Test
  void what_is_no_ciphertext_is_not_sent() {
    machine.set("VAULT_ADDR", server.address());
    assertThatThrownBy(
            () -> service().unwrap(key(server.address(), "sops", "main", "\"},{\"x\":\"")))
        .isInstanceOf(PaleException.class);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void an_odd_answer_is_an_error_without_its_text() {
    machine.set("VAULT_ADDR", server.address());
    for (String odd : new String[] {"s3cret !", "c2VjcmV0".repeat(50)}) {
      server.answerWith(
          request -> FakeAnswer.json(200, "{\"data\":{\"plaintext\":\"" + odd + "\"}}"));
      assertThatThrownBy(
              () -> service().unwrap(key(server.address(), "sops", "main", "vault:v1:AAAA")))
          .isInstanceOfSatisfying(
              PaleException.class,
              failure -> {
                assertThat(failure.code()).isEqualTo(607);
                assertThat(failure.why()).doesNotContain("s3cret");
              });
    }
  }
}
