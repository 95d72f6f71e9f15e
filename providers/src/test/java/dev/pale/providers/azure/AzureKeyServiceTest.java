package dev.pale.providers.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.providers.fake.Detour;
import dev.pale.providers.fake.FakeMachine;
import dev.pale.providers.fake.FakeServer;
import dev.pale.providers.spi.ProviderSettings;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Data keys wrapped by keys of a vault, which the fake opens with RSA-OAEP-256 of the JDK. */
class AzureKeyServiceTest {
  private static final String VAULT = "https://acme.vault.azure.net";

  @TempDir Path home;
  private final FakeAzure azure = new FakeAzure();
  private FakeServer server;
  private FakeMachine machine;
  private Detour detour;
  private AzureKeyService service;

  @BeforeEach
  void start() {
    server = FakeServer.http(azure);
    machine = new FakeMachine(home);
    detour =
        new Detour(machine.http())
            .lead(VAULT, server)
            .lead("https://login.microsoftonline.com", server);
    service =
        new AzureKeyService(
            new ProviderSettings(
                "azure_kv",
                Map.of("tenant_id", FakeAzure.TENANT, "client_id", FakeAzure.CLIENT),
                Map.of(
                    "client_secret",
                    SecretValue.owning("s", FakeAzure.SECRET.getBytes(StandardCharsets.UTF_8)))),
            detour.in(machine.surroundings()));
  }

  @AfterEach
  void stop() {
    service.close();
    machine.close();
    server.close();
    assertThat(server.failures()).isEmpty();
    assertThat(detour.elsewhere()).isEmpty();
  }

  private static MasterKey key(String vault, String name, String version, String wrapped) {
    return new MasterKey(
        "azure_kv",
        Map.of("vault_url", vault, "name", name, "version", version),
        Map.of(),
        wrapped);
  }

  @ParameterizedTest
  @ValueSource(strings = {VAULT, VAULT + "/"})
  void what_is_wrapped_is_unwrapped(String vault) {
    byte[] dataKey = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    String wrapped = service.wrap(key(vault, "sops", FakeAzure.VERSION, ""), dataKey);
    assertThat(service.unwrap(key(vault, "sops", FakeAzure.VERSION, wrapped))).isEqualTo(dataKey);
    assertThat(service.unwrap(key(vault, "sops", "", wrapped))).isEqualTo(dataKey);
  }

  /** The file may come from a stranger's repository, and would get a token for all vaults. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "https://evil.example",
        "http://acme.vault.azure.net",
        "https://acme.vault.azure.net.evil.example",
        "https://evil.example/.vault.azure.net",
        "https://evil.example#.vault.azure.net",
        "https://evil.example?.vault.azure.net",
        "https://acme@evil.example",
        "https://evil.example\\.vault.azure.net",
        "https://acme.vault.azure.net:8443",
        "https://a.b.vault.azure.net",
        "https://vault.azure.net",
        "https://evilvault.azure.net",
        "https://acme.vault.azure.cn",
        "acme.vault.azure.net",
        "acme"
      })
  void a_vault_that_is_none_gets_no_token(String vault) {
    assertThatThrownBy(() -> service.unwrap(key(vault, "sops", FakeAzure.VERSION, "AAAA")))
        .satisfies(AzureStoreTest.has(630));
    assertThatThrownBy(() -> service.wrap(key(vault, "sops", FakeAzure.VERSION, ""), new byte[32]))
        .satisfies(AzureStoreTest.has(630));
    assertThat(server.requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"../secrets/x,''", "sops/x,''", "'',''", "sops,../../x", "sops,1", "so_ps,''"})
  void a_name_or_version_that_is_none_asks_nothing(String name, String version) {
    assertThatThrownBy(() -> service.unwrap(key(VAULT, name, version, "AAAA")))
        .satisfies(AzureStoreTest.has(630));
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void a_key_is_not_wrapped_for_a_version_that_the_file_would_not_name() {
    assertThatThrownBy(() -> service.wrap(key(VAULT, "sops", "", ""), new byte[32]))
        .satisfies(AzureStoreTest.has(630));
  }

  @Test
  void an_answer_of_another_key_is_refused() {
    azure.kid = VAULT + "/keys/sops2/" + FakeAzure.VERSION;
    assertThatThrownBy(() -> service.wrap(key(VAULT, "sops", FakeAzure.VERSION, ""), new byte[32]))
        .satisfies(AzureStoreTest.has(607));
  }

  @Test
  void a_wrapped_key_that_was_changed_does_not_open() {
    String wrapped = service.wrap(key(VAULT, "sops", FakeAzure.VERSION, ""), new byte[32]);
    String changed = (wrapped.startsWith("A") ? "B" : "A") + wrapped.substring(1);
    assertThatThrownBy(() -> service.unwrap(key(VAULT, "sops", FakeAzure.VERSION, changed)))
        .satisfies(AzureStoreTest.has(614));
    assertThatThrownBy(() -> service.unwrap(key(VAULT, "sops", FakeAzure.VERSION, "a=b")))
        .satisfies(AzureStoreTest.has(631));
  }
}
