package dev.pale.providers.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.providers.fake.Detour;
import dev.pale.providers.fake.FakeAnswer;
import dev.pale.providers.fake.FakeMachine;
import dev.pale.providers.fake.FakeServer;
import dev.pale.providers.fake.ProviderContract;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Surroundings;
import dev.pale.providers.spi.Writer;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Key Vault against a fake that checks forms, scopes and tokens. */
class AzureStoreTest extends ProviderContract {
  private final FakeAzure azure = new FakeAzure();
  private Detour detour;

  AzureStoreTest() {
    azure.secrets.put("database-url", "postgres://x");
    azure.secrets.put("json", "{\"a\":\"b\"}");
    azure.secrets.put("Third", "3");
  }

  @Override
  protected FakeServer.Handler honest() {
    return azure;
  }

  @Override
  protected Provider open(Surroundings surroundings) {
    return open(surroundings, own(), FakeAzure.SECRET);
  }

  private static Map<String, String> own() {
    return Map.of("vault", "acme", "tenant_id", FakeAzure.TENANT, "client_id", FakeAzure.CLIENT);
  }

  private Provider open(Surroundings surroundings, Map<String, String> plain, String secret) {
    detour =
        new Detour(surroundings.http())
            .lead("https://acme.vault.azure.net", server)
            .lead("https://login.microsoftonline.com", server)
            .lead("http://169.254.169.254", server);
    Map<String, SecretValue> credentials =
        secret.isEmpty() ? Map.of() : Map.of("client_secret", value("client_secret", secret));
    return new AzureKeyVault()
        .open(new ProviderSettings("azure-kv", plain, credentials), detour.in(surroundings));
  }

  @Override
  protected Map<Reference, String> present() {
    Map<Reference, String> all = new LinkedHashMap<>();
    all.put(ref("azure-kv://acme/database-url"), "postgres://x");
    all.put(ref("azure-kv://acme.vault.azure.net/json#a"), "b");
    all.put(ref("azure-kv://acme/third/" + FakeAzure.VERSION), "3");
    return all;
  }

  @Override
  protected Reference absent() {
    return ref("azure-kv://acme/nothing");
  }

  @Override
  protected List<String> credentials() {
    return List.of(FakeAzure.SECRET, FakeAzure.ASSERTION, "eyJ0.fake-azure");
  }

  @Test
  void one_token_serves_all_requests() {
    try (Provider provider = open(machine.surroundings())) {
      provider.read(List.copyOf(present().keySet()));
      assertThat(provider.health())
          .isEqualTo(
              new Health.Usable("application " + FakeAzure.CLIENT, "https://acme.vault.azure.net"));
    }
    assertThat(azure.tokens).isEqualTo(1);
  }

  @Test
  void the_environment_of_azures_tools_is_enough() {
    machine
        .set("AZURE_TENANT_ID", FakeAzure.TENANT)
        .set("AZURE_CLIENT_ID", FakeAzure.CLIENT)
        .set("AZURE_CLIENT_SECRET", FakeAzure.SECRET);
    assertReads(Map.of());
  }

  @Test
  void a_federated_token_is_read_from_its_file() throws IOException {
    Path file = home.resolve("token");
    Files.writeString(file, FakeAzure.ASSERTION + "\n");
    machine
        .set("AZURE_TENANT_ID", FakeAzure.TENANT)
        .set("AZURE_CLIENT_ID", FakeAzure.CLIENT)
        .set("AZURE_FEDERATED_TOKEN_FILE", file.toString());
    assertReads(Map.of());
  }

  @Test
  void a_machine_of_azure_needs_no_credentials() {
    assertReads(Map.of());
  }

  private void assertReads(Map<String, String> plain) {
    try (Provider provider = open(machine.surroundings(), plain, "")) {
      Reference one = ref("azure-kv://acme/database-url");
      assertThat(text(provider.read(List.of(one)).get(one))).isEqualTo("postgres://x");
    }
  }

  @Test
  void a_secret_that_is_wrong_is_refused_by_its_code_alone() {
    try (Provider provider = open(machine.surroundings(), own(), "wrong")) {
      PaleException failure = ((Health.Unusable) provider.health()).failure();
      assertThat(failure.code()).isEqualTo(611);
      assertThat(failure.why()).isEqualTo("status 401 (invalid_client)");
    }
  }

  @Test
  void a_secret_without_its_tenant_asks_nothing() {
    try (Provider provider = open(machine.surroundings(), Map.of(), FakeAzure.SECRET)) {
      assertThat(((Health.Unusable) provider.health()).failure().code()).isEqualTo(601);
    }
    assertThat(server.requests()).isEmpty();
  }

  /** A token for Key Vault opens all vaults of its owner: it goes to no other host. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "azure-kv://evil.example/x",
        "azure-kv://acme.vault.azure.net.evil.example/x",
        "azure-kv://evil.example.vault.azure.net/x",
        "azure-kv://acme@evil.example/x",
        "azure-kv://acme.vault.azure.net:8443/x",
        "azure-kv://vault.azure.net/x",
        "azure-kv://.vault.azure.net/x",
        "azure-kv://acme.vault.azure.cn/x",
        "azure-kv://127.0.0.1/x",
        "azure-kv://acme",
        "azure-kv://acme/",
        "azure-kv://acme/a_b",
        "azure-kv://acme/../keys",
        "azure-kv://acme/x/1",
        "azure-kv://acme/x/..",
        "azure-kv://acme/x?api-version=1",
        "azure-kv://acme/%2e%2e"
      })
  void a_reference_to_elsewhere_asks_nothing(String text) {
    try (Provider provider = open(machine.surroundings())) {
      Reference reference = ref(text);
      assertThat(code(provider.read(List.of(reference)).get(reference))).isEqualTo(613);
    }
    assertThat(server.requests()).isEmpty();
    assertThat(detour.elsewhere()).isEmpty();
  }

  @Test
  void a_vault_at_an_address_of_ones_own_is_reached_there_alone() {
    ProviderSettings settings =
        new ProviderSettings(
            "azure-kv",
            Map.of(
                "vault_address",
                server.address(),
                "login_address",
                server.address(),
                "tenant_id",
                FakeAzure.TENANT,
                "client_id",
                FakeAzure.CLIENT),
            Map.of("client_secret", value("client_secret", FakeAzure.SECRET)));
    try (Provider provider = new AzureKeyVault().open(settings, machine.surroundings())) {
      Reference one = ref("azure-kv://127.0.0.1:" + server.port() + "/database-url");
      Reference other = ref("azure-kv://127.0.0.1:1/database-url");
      Map<Reference, Outcome> outcomes = provider.read(List.of(one, other));
      assertThat(text(outcomes.get(one))).isEqualTo("postgres://x");
      assertThat(code(outcomes.get(other))).isEqualTo(613);
    }
  }

  /**
   * The challenge is the vault's word on where to send the secret: it is compared, not followed.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer authorization=\"https://evil.example/t\", resource=\"https://vault.azure.net\"",
        "Bearer authorization=\"https://login.microsoftonline.com/other\","
            + " resource=\"https://vault.azure.net\"",
        "Bearer authorization=\"https://login.microsoftonline.com.evil.example/t\"",
        "Bearer authorization=\"https://login.microsoftonline.com/t\","
            + " resource=\"https://management.azure.com\"",
        "Bearer " + SENTINEL
      })
  void a_challenge_leads_nowhere(String challenge) {
    azure.challenge = challenge;
    try (Provider provider = open(machine.surroundings())) {
      server.answerWith(request -> {
        FakeAnswer answer = azure.answer(request);
        azure.token = "never the one that was given";
        return answer;
      });
      PaleException failure = ((Health.Unusable) provider.health()).failure();
      assertThat(failure.code()).isEqualTo(611);
      assertSilent(failure);
    }
    assertThat(detour.elsewhere()).isEmpty();
    assertThat(azure.tokens).isEqualTo(2);
  }

  @Test
  void another_tenants_vault_is_said_to_be_so() {
    azure.challenge =
        "Bearer authorization=\"https://login.microsoftonline.com/other\","
            + " resource=\"https://vault.azure.net\"";
    try (Provider provider = open(machine.surroundings())) {
      server.answerWith(request -> {
        FakeAnswer answer = azure.answer(request);
        azure.token = "never the one that was given";
        return answer;
      });
      assertThat(((Health.Unusable) provider.health()).failure().why()).contains("another tenant");
    }
  }

  @Test
  void what_is_disabled_expired_or_not_yet_valid_is_not_given() {
    long now = FakeMachine.CLOCK.instant().getEpochSecond();
    azure.attributes.put("database-url", "{\"enabled\":false}");
    azure.attributes.put("json", "{\"enabled\":true,\"exp\":" + now + "}");
    azure.attributes.put("third", "{\"enabled\":true,\"nbf\":" + (now + 5) + "}");
    assertFails(634);
    azure.attributes.clear();
    azure.secrets.replaceAll((name, value) -> "disabled by the service");
    assertFails(634);
  }

  @Test
  void what_may_not_be_read_fails_alone() {
    azure.secrets.put("closed", "forbidden");
    Reference closed = ref("azure-kv://acme/closed");
    Reference open = ref("azure-kv://acme/database-url");
    try (Provider provider = open(machine.surroundings())) {
      Map<Reference, Outcome> outcomes = provider.read(List.of(closed, open));
      assertThat(code(outcomes.get(closed))).isEqualTo(611);
      assertThat(((Outcome.Failed) outcomes.get(closed)).failure().why())
          .contains("ForbiddenByRbac");
      assertThat(text(outcomes.get(open))).isEqualTo("postgres://x");
    }
  }

  @Test
  void an_answer_for_another_secret_is_not_given() {
    azure.otherSecret = true;
    assertFails(631);
  }

  @Test
  void it_lists_all_pages() {
    try (Provider provider = open(machine.surroundings())) {
      assertThat(provider.list("acme").orElseThrow())
          .containsExactly(
              ref("azure-kv://acme/database-url"),
              ref("azure-kv://acme/json"),
              ref("azure-kv://acme/Third"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "http://acme.vault.azure.net",
        "https://other.vault.azure.net",
        "https://acme.vault.azure.net:444",
        "https://acme.vault.azure.net@evil.example",
        "//evil.example"
      })
  void a_next_page_on_another_host_is_not_asked_for(String host) {
    azure.nextHost = host;
    assertListFails(605);
    assertThat(detour.elsewhere()).isEmpty();
  }

  @Test
  void a_next_page_of_another_list_is_not_asked_for() {
    azure.nextPath = "/keys";
    assertListFails(607);
  }

  @Test
  void a_list_without_end_is_given_up() {
    azure.endless = true;
    assertListFails(604);
  }

  private void assertListFails(int code) {
    try (Provider provider = open(machine.surroundings())) {
      assertThatThrownBy(() -> provider.list("acme"))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
  }

  @Test
  void it_compares_and_writes_with_dashes_for_underscores() {
    SortedMap<SecretName, SecretValue> values = values("DATABASE_URL", "new", "API_KEY", "k");
    try (Provider provider = open(machine.surroundings())) {
      Writer writer = provider.writer().orElseThrow();
      assertThat(writer.compare("acme", values))
          .isEqualTo(
              Map.of(
                  SecretName.of("DATABASE_URL"), Writer.Present.DIFFERENT,
                  SecretName.of("API_KEY"), Writer.Present.ABSENT));
      writer.write("acme", values);
      assertThat(writer.compare("acme", values).values()).containsOnly(Writer.Present.SAME);
    }
    assertThat(azure.secrets).containsEntry("API-KEY", "k");
  }

  @Test
  void names_that_would_be_one_are_refused_before_anything_is_written() {
    try (Provider provider = open(machine.surroundings())) {
      Writer writer = provider.writer().orElseThrow();
      for (SortedMap<SecretName, SecretValue> each :
          List.of(values("api_key", "a", "API_KEY", "b"), values("A".repeat(128), "too long"))) {
        assertThatThrownBy(() -> writer.write("acme", each)).satisfies(has(633));
        assertThatThrownBy(() -> writer.compare("acme", each)).satisfies(has(633));
      }
      SortedMap<SecretName, SecretValue> binary = values("B", "");
      binary.put(SecretName.of("B"), SecretValue.owning("B", new byte[] {(byte) 0xff}));
      assertThatThrownBy(() -> writer.write("acme", binary)).satisfies(has(633));
      assertThatThrownBy(() -> writer.write("evil.example", values("A", "a"))).satisfies(has(613));
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void a_write_that_fails_half_way_names_what_was_written() {
    try (Provider provider = open(machine.surroundings())) {
      server.answerWith(request ->
          request.path().endsWith("/BBB")
              ? FakeAnswer.json(409, "{\"error\":{\"message\":\"" + SENTINEL + "\"}}")
              : azure.answer(request));
      assertThatThrownBy(
              () -> provider.writer().orElseThrow().write("acme", values("AAA", "1", "BBB", "2")))
          .isInstanceOfSatisfying(
              PaleException.class,
              e -> {
                assertThat(e.code()).isEqualTo(612);
                assertThat(e.why()).contains("written before: AAA");
                assertThat(e.mend()).contains("purge");
                assertSilent(e);
              });
    }
  }

  static java.util.function.Consumer<Throwable> has(int code) {
    return e -> assertThat(((PaleException) e).code()).isEqualTo(code);
  }

  private static int code(Outcome outcome) {
    return ((Outcome.Failed) outcome).failure().code();
  }

  private static Reference ref(String text) {
    return Reference.parse(text);
  }

  private static SecretValue value(String name, String text) {
    return SecretValue.owning(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private static SortedMap<SecretName, SecretValue> values(String... pairs) {
    SortedMap<SecretName, SecretValue> values = new TreeMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(SecretName.of(pairs[i]), value(pairs[i], pairs[i + 1]));
    }
    return values;
  }
}
