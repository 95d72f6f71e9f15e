package dev.pale.providers.hashicorp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.providers.fake.FakeAnswer;
import dev.pale.providers.fake.FakeRequest;
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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashicorpVaultTest extends ProviderContract {
  private FakeVault vault;

  @Override
  protected FakeServer.Handler honest() {
    vault = new FakeVault();
    vault.versions.put("secret/app/db", new ArrayList<>(List.of("{\"password\":\"first\"}", BOTH)));
    vault.versions.put("secret/app/one", new ArrayList<>(List.of("{\"only\":\"lonely\"}")));
    vault.versions.put("team/kv/a b/ä", new ArrayList<>(List.of("{\"x\":\"deep\",\"n\":12}")));
    vault.old.put("old/thing", "{\"key\":\"from kv 1\"}");
    return vault;
  }

  private static final String BOTH = "{\"password\":\"hunter2\",\"user\":\"bob\"}";

  @Override
  protected Provider open(Surroundings surroundings) {
    return open(Map.of("address", server.address()), Map.of("token", FakeVault.TOKEN));
  }

  private Provider open(Map<String, String> plain, Map<String, String> credentials) {
    return new HashicorpVault().open(settings(plain, credentials), machine.surroundings());
  }

  private static ProviderSettings settings(
      Map<String, String> plain, Map<String, String> credentials) {
    Map<String, SecretValue> secret = new HashMap<>();
    credentials.forEach((name, value) -> secret.put(name, value(value)));
    return new ProviderSettings("vault", plain, secret);
  }

  private static SecretValue value(String text) {
    return SecretValue.owning("test", text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  protected Map<Reference, String> present() {
    return Map.of(
        ref("vault://secret/app/db#password"), "hunter2",
        ref("vault://secret/app/db#user"), "bob",
        ref("vault://secret/app/db?version=1#password"), "first",
        ref("vault://secret/app/one"), "lonely",
        ref("vault://team/kv/a%20b/%C3%A4#n"), "12",
        ref("vault://old/thing#key"), "from kv 1");
  }

  @Override
  protected Reference absent() {
    return ref("vault://secret/app/none#password");
  }

  @Override
  protected List<String> credentials() {
    return List.of(FakeVault.TOKEN, FakeVault.SECRET_ID, FakeVault.WRAPPING, FakeVault.LOGIN_TOKEN);
  }

  private static Reference ref(String text) {
    return Reference.parse(text);
  }

  private Outcome one(Provider provider, String reference) {
    return provider.read(List.of(ref(reference))).get(ref(reference));
  }

  private PaleException failed(Provider provider, String reference) {
    Outcome outcome = one(provider, reference);
    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    PaleException failure = ((Outcome.Failed) outcome).failure();
    assertSilent(failure);
    return failure;
  }

  private List<String> asked() {
    return server.requests().stream().map(FakeRequest::target).toList();
  }

  @Test
  void fields_of_one_path_are_one_request() {
    try (Provider provider = open(machine.surroundings())) {
      provider.read(
          List.of(ref("vault://secret/app/db#password"), ref("vault://secret/app/db#user")));
      assertThat(asked())
          .containsExactly("/v1/sys/internal/ui/mounts/secret/app/db", "/v1/secret/data/app/db");
      one(provider, "vault://secret/app/one");
      assertThat(asked()).hasSize(3);
    }
  }

  @Test
  void the_engine_need_not_be_asked_for() {
    vault.mountsForbidden = true;
    Map<String, String> set =
        Map.of("address", server.address(), "mount", "team/kv", "kv_version", "2");
    try (Provider provider = open(set, Map.of("token", FakeVault.TOKEN))) {
      assertThat(text(one(provider, "vault://team/kv/a%20b/%C3%A4#x"))).isEqualTo("deep");
      assertThat(failed(provider, "vault://secret/app/one").code()).isEqualTo(611);
    }
  }

  @Test
  void without_a_field_the_only_one_is_meant_and_others_are_named() {
    try (Provider provider = open(machine.surroundings())) {
      PaleException failure = failed(provider, "vault://secret/app/db");
      assertThat(failure.code()).isEqualTo(613);
      assertThat(failure.why()).isEqualTo("the secret has 2 fields: password, user");
      assertThat(one(provider, "vault://secret/app/db#pass"))
          .isEqualTo(new Outcome.Missing("the secret has no such field; it has password, user"));
    }
  }

  @Test
  void a_deleted_version_is_missing_and_said_to_be_deleted() {
    vault.deleted.add("secret/app/db@2");
    try (Provider provider = open(machine.surroundings())) {
      assertThat(one(provider, "vault://secret/app/db#user"))
          .isEqualTo(new Outcome.Missing("the latest version of the secret was deleted"));
      assertThat(text(one(provider, "vault://secret/app/db?version=1#password")))
          .isEqualTo("first");
      assertThat(one(provider, "vault://secret/app/db?version=9#password"))
          .isEqualTo(new Outcome.Missing("there is nothing at this path of that version"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vault://secret/../sys/raw#x",
        "vault://secret/%2e%2e/sys/raw#x",
        "vault://secret/a%2Fb#x",
        "vault://secret//a#x",
        "vault://secret#x",
        "vault://secret/a%0ab#x",
        "vault://secret/a%zz#x",
        "vault://secret/a?version=0#x",
        "vault://secret/a?version=1&list=true#x",
        "vault://secret/a?list=true#x",
        "vault://auth/token/lookup-self#id",
        "vault://%61uth/token/lookup-self#id",
        "vault://team/auth/token/lookup-self#id",
        "vault://sys/wrapping/lookup#x"
      })
  void a_path_that_could_mean_another_is_refused_before_anything_is_asked(String reference) {
    try (Provider provider = open(machine.surroundings())) {
      assertThat(failed(provider, reference).code()).isEqualTo(613);
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void a_sealed_server_says_so() {
    vault.sealed = true;
    try (Provider provider = open(machine.surroundings())) {
      PaleException failure = failed(provider, "vault://secret/app/one");
      assertThat(failure.code()).isEqualTo(614);
      assertThat(failure.mend()).contains("sealed");
    }
  }

  @Test
  void the_environment_is_enough_as_for_vault_itself() throws IOException {
    machine.set("VAULT_ADDR", server.address()).set("VAULT_NAMESPACE", "team-a");
    vault.namespace = "team-a";
    Files.writeString(home.resolve(".vault-token"), FakeVault.TOKEN + "\n");
    try (Provider provider = open(Map.of(), Map.of())) {
      assertThat(text(one(provider, "vault://secret/app/one"))).isEqualTo("lonely");
      assertThat(provider.health())
          .isEqualTo(
              new Health.Usable(
                  "token",
                  "Vault at " + server.origin() + ", policies app, token lives 60 s more"));
    }
    Files.delete(home.resolve(".vault-token"));
    machine.set("BAO_TOKEN", FakeVault.TOKEN).set("VAULT_TOKEN", "another");
    try (Provider provider = open(Map.of(), Map.of())) {
      assertThat(text(one(provider, "vault://secret/app/one"))).isEqualTo("lonely");
    }
  }

  @Test
  void a_token_of_the_environment_goes_to_no_other_server() {
    machine.set("VAULT_ADDR", "https://vault.example.invalid").set("VAULT_TOKEN", FakeVault.TOKEN);
    try (Provider provider = open(Map.of("address", server.address()), Map.of())) {
      assertThatThrownBy(() -> one(provider, "vault://secret/app/one"))
          .isInstanceOfSatisfying(
              PaleException.class, failure -> assertThat(failure.code()).isEqualTo(601));
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void without_address_or_token_the_mend_is_said() {
    assertThatThrownBy(() -> open(Map.of(), Map.of()))
        .isInstanceOfSatisfying(
            PaleException.class, failure -> assertThat(failure.mend()).contains("VAULT_ADDR"));
    try (Provider provider = open(Map.of("address", server.address()), Map.of())) {
      assertThatThrownBy(() -> one(provider, "vault://secret/app/one"))
          .hasMessageContaining("no token");
    }
  }

  @Test
  void approle_signs_in_once_and_its_token_is_revoked_at_the_end() {
    try (Provider provider = appRole(Map.of("secret_id", FakeVault.SECRET_ID))) {
      assertThat(text(one(provider, "vault://secret/app/one"))).isEqualTo("lonely");
      assertThat(text(one(provider, "vault://old/thing"))).isEqualTo("from kv 1");
    }
    assertThat(vault.logins).isEqualTo(1);
    assertThat(vault.revoked).containsExactly(FakeVault.LOGIN_TOKEN + 1);
  }

  private Provider appRole(Map<String, String> credentials) {
    return open(Map.of("address", server.address(), "role_id", FakeVault.ROLE), credentials);
  }

  @Test
  void a_token_of_approle_is_fetched_anew_before_it_ends() {
    var time = new Instant[] {Instant.parse("2026-11-20T12:00:00Z")};
    machine.clock(
        new Clock() {
          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return time[0];
          }
        });
    try (Provider provider = appRole(Map.of("wrapped_secret_id", FakeVault.WRAPPING))) {
      assertThat(text(one(provider, "vault://secret/app/one"))).isEqualTo("lonely");
      time[0] = time[0].plus(Duration.ofSeconds(3300));
      assertThat(text(one(provider, "vault://secret/app/one"))).isEqualTo("lonely");
      assertThat(vault.logins).isEqualTo(2);
    }
  }

  @Test
  void wrong_credentials_of_approle_are_an_error_for_all() {
    try (Provider provider = appRole(Map.of("secret_id", "wrong"))) {
      assertThatThrownBy(() -> one(provider, "vault://secret/app/one"))
          .isInstanceOfSatisfying(
              PaleException.class,
              failure -> {
                assertThat(failure.what()).contains("Vault at");
                assertSilent(failure);
              });
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sys/wrapping/wrap", "auth/evil/role/app/secret-id", "auth/approle/role/app"})
  void a_wrapped_secret_id_that_something_else_made_is_refused(String madeBy) {
    vault.wrappedBy = madeBy;
    try (Provider provider = appRole(Map.of("wrapped_secret_id", FakeVault.WRAPPING))) {
      assertThatThrownBy(() -> one(provider, "vault://secret/app/one"))
          .hasMessageContaining("was not made by AppRole");
      assertThat(vault.wrapped).as("it was not unwrapped").isTrue();
      assertThat(vault.logins).isZero();
    }
  }

  @Test
  void a_wrapped_secret_id_that_was_used_is_said_to_be_stolen_perhaps() {
    vault.wrapped = false;
    try (Provider provider = appRole(Map.of("wrapped_secret_id", FakeVault.WRAPPING))) {
      assertThatThrownBy(() -> one(provider, "vault://secret/app/one"))
          .isInstanceOfSatisfying(
              PaleException.class,
              failure -> assertThat(failure.mend()).contains("treat it as stolen"));
    }
  }

  @Test
  void both_halves_of_a_dynamic_credential_are_of_one_lease() {
    try (Provider provider = appRole(Map.of("secret_id", FakeVault.SECRET_ID))) {
      Reference user = ref("vault://database/creds/readonly#username");
      Reference password = ref("vault://database/creds/readonly#password");
      Map<Reference, Outcome> outcomes = provider.read(List.of(user, password));
      assertThat(text(outcomes.get(user))).isEqualTo("v-1");
      assertThat(text(outcomes.get(password))).isEqualTo("p-1");
      assertThat(vault.leases).isEqualTo(1);
      assertThat(((HashiProvider) provider).leases())
          .containsExactly(new HashiLeases.Lease("database/creds/readonly/L1", 3600));
    }
    // Revoking the token would end the lease that the program is about to use.
    assertThat(vault.revoked).isEmpty();
  }

  @Test
  void a_lease_is_revoked_where_that_is_asked_for() {
    Map<String, String> set =
        Map.of("address", server.address(), "role_id", FakeVault.ROLE, "revoke_leases", "true");
    try (Provider provider = open(set, Map.of("secret_id", FakeVault.SECRET_ID))) {
      one(provider, "vault://database/creds/readonly#password");
    }
    assertThat(vault.revoked)
        .containsExactly("database/creds/readonly/L1", FakeVault.LOGIN_TOKEN + 1);
  }

  @Test
  void a_dynamic_credential_is_not_asked_for_twice() {
    try (Provider provider = open(machine.surroundings())) {
      server.answerWith(request ->
          request.target().startsWith("/v1/database")
              ? FakeAnswer.empty(502)
              : vault.answer(request));
      failed(provider, "vault://database/creds/readonly#password");
      assertThat(asked()).filteredOn("/v1/database/creds/readonly"::equals).hasSize(1);
    }
  }

  @Test
  void names_are_listed_below_a_folder_and_at_the_root() {
    try (Provider provider = open(machine.surroundings())) {
      assertThat(provider.list("secret/app").orElseThrow())
          .containsExactly(ref("vault://secret/app/db"), ref("vault://secret/app/one"));
      assertThat(provider.list("").orElseThrow())
          .containsExactlyInAnyOrder(
              ref("vault://secret/app/db"),
              ref("vault://secret/app/one"),
              ref("vault://old/thing"));
      assertThat(provider.list("team/kv").orElseThrow())
          .containsExactly(ref("vault://team/kv/a%20b/%C3%A4"));
      assertThatThrownBy(() -> provider.list("secret/..")).isInstanceOf(PaleException.class);
    }
  }

  @Test
  void a_tree_without_end_is_given_up() {
    try (Provider provider = open(machine.surroundings())) {
      server.answerWith(request ->
          request.target().contains("list=true")
              ? FakeAnswer.json(200, "{\"data\":{\"keys\":[\"again/\",\"../\",\"a/b\"]}}")
              : vault.answer(request));
      assertThatThrownBy(() -> provider.list("secret"))
          .isInstanceOfSatisfying(
              PaleException.class, failure -> assertThat(failure.code()).isEqualTo(604));
      assertThat(asked()).noneMatch(target -> target.contains(".."));
    }
  }

  private static SortedMap<SecretName, SecretValue> values(String... pairs) {
    SortedMap<SecretName, SecretValue> all = new TreeMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      all.put(SecretName.of(pairs[i]), value(pairs[i + 1]));
    }
    return all;
  }

  @Test
  void what_is_written_leaves_other_fields_alone() {
    try (Provider provider = open(machine.surroundings())) {
      Writer writer = provider.writer().orElseThrow();
      SortedMap<SecretName, SecretValue> values =
          values("user", "bob", "password", "x", "new", "y");
      assertThat(writer.compare("secret/app/db", values))
          .isEqualTo(
              Map.of(
                  SecretName.of("user"), Writer.Present.SAME,
                  SecretName.of("password"), Writer.Present.DIFFERENT,
                  SecretName.of("new"), Writer.Present.ABSENT));
      writer.write("secret/app/db", values("password", "x", "new", "y"));
      assertThat(vault.versions.get("secret/app/db").getLast())
          .isEqualTo("{\"password\":\"x\",\"user\":\"bob\",\"new\":\"y\"}");
      writer.write("secret/app/fresh", values("A", "1"));
      assertThat(vault.versions.get("secret/app/fresh")).containsExactly("{\"A\":\"1\"}");
      writer.write("old/thing", values("A", "1"));
      assertThat(vault.old.get("old/thing")).isEqualTo("{\"key\":\"from kv 1\",\"A\":\"1\"}");
    }
  }

  @Test
  void writing_what_is_there_makes_no_version() {
    try (Provider provider = open(machine.surroundings())) {
      provider.writer().orElseThrow().write("secret/app/db", values("user", "bob"));
      assertThat(vault.versions.get("secret/app/db")).hasSize(2);
    }
  }

  @Test
  void a_write_in_between_is_not_lost() {
    vault.beforeWrite =
        () -> {
          vault.beforeWrite = () -> {};
          vault.versions.get("secret/app/db").add("{\"password\":\"theirs\",\"also\":\"theirs\"}");
        };
    try (Provider provider = open(machine.surroundings())) {
      provider.writer().orElseThrow().write("secret/app/db", values("password", "mine"));
      assertThat(vault.versions.get("secret/app/db").getLast())
          .isEqualTo("{\"password\":\"mine\",\"also\":\"theirs\"}");
    }
  }

  @Test
  void somebody_who_writes_all_the_time_ends_it() {
    vault.beforeWrite = () -> vault.versions.get("secret/app/db").add("{\"password\":\"again\"}");
    try (Provider provider = open(machine.surroundings())) {
      assertThatThrownBy(
              () -> provider.writer().orElseThrow().write("secret/app/db", values("A", "mine")))
          .isInstanceOf(PaleException.class);
      assertThat(vault.versions.get("secret/app/db")).noneMatch(each -> each.contains("mine"));
    }
  }

  @Test
  void what_is_no_text_is_refused_before_anything_is_written() {
    try (Provider provider = open(machine.surroundings())) {
      SortedMap<SecretName, SecretValue> values = values("A", "1");
      values.put(SecretName.of("B"), SecretValue.owning("B", new byte[] {(byte) 0xff}));
      assertThatThrownBy(() -> provider.writer().orElseThrow().write("secret/app/db", values))
          .isInstanceOfSatisfying(
              PaleException.class, failure -> assertThat(failure.code()).isEqualTo(616));
      assertThat(vault.versions.get("secret/app/db")).hasSize(2);
    }
  }

  @Test
  void the_settings_are_checked_when_a_provider_is_opened() {
    for (Map<String, String> wrong :
        List.of(
            Map.of("address", "http://vault.example.com"),
            Map.of("address", "https://vault.example.com/ui"),
            Map.of("address", server.address(), "kv_version", "3"),
            Map.of("address", server.address(), "revoke_leases", "yes"),
            Map.of("address", server.address(), "ca_file", "nowhere.pem"))) {
      assertThatThrownBy(() -> open(wrong, Map.of()))
          .isInstanceOfSatisfying(
              PaleException.class, failure -> assertThat(failure.code()).isEqualTo(601));
    }
  }

  @Test
  void a_token_with_a_line_end_is_not_shown() {
    Map<String, String> set = Map.of("address", server.address());
    try (Provider provider = open(set, Map.of("token", FakeVault.TOKEN + "\nX: y"))) {
      assertThat(provider.health())
          .isInstanceOfSatisfying(Health.Unusable.class, health -> assertSilent(health.failure()));
    }
  }
}
