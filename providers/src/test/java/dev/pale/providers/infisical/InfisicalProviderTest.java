package dev.pale.providers.infisical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.providers.fake.FakeServer.Handler;
import dev.pale.providers.fake.ProviderContract;
import dev.pale.providers.rest.Oddities;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Surroundings;
import dev.pale.providers.spi.Writer;
import dev.pale.providers.spi.Writer.Present;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InfisicalProviderTest extends ProviderContract {

  private final FakeInfisical fake = new FakeInfisical(SENTINEL);

  @Override
  protected Handler honest() {
    return fake;
  }

  @Override
  protected Provider open(Surroundings surroundings) {
    return open(surroundings, Map.of());
  }

  private Provider open(Surroundings surroundings, Map<String, String> more) {
    Map<String, String> plain = new HashMap<>(more);
    plain.put("host", server.address());
    plain.put("client_id", FakeInfisical.CLIENT);
    return new Infisical()
        .open(
            new ProviderSettings(
                "infisical",
                plain,
                Map.of(
                    "client_secret",
                    SecretValue.owning(
                        "s", FakeInfisical.CLIENT_SECRET.getBytes(StandardCharsets.US_ASCII)))),
            surroundings);
  }

  @Override
  protected Map<Reference, String> present() {
    return Map.of(
        ref("/dev/DATABASE_URL"), "postgres://größe", ref("/dev/backend/api/STRIPE"), "sk_live\nx");
  }

  @Override
  protected Reference absent() {
    return ref("/dev/NOTHING");
  }

  @Override
  protected List<String> credentials() {
    return List.of(FakeInfisical.CLIENT_SECRET, "eyJ.token-");
  }

  private static Reference ref(String rest) {
    return Reference.parse("infisical://" + FakeInfisical.PROJECT + rest);
  }

  private Outcome read(Reference reference, Map<String, String> more) {
    try (Provider provider = open(machine.surroundings(), more)) {
      return provider.read(List.of(reference)).get(reference);
    }
  }

  private Outcome read(String rest) {
    return read(ref(rest), Map.of());
  }

  @Test
  void all_secrets_of_a_folder_are_one_request_after_the_login() {
    fake.stored.add(new FakeInfisical.Stored("dev/", "SECOND", "2"));
    try (Provider provider = open(machine.surroundings())) {
      provider.read(List.of(ref("/dev/DATABASE_URL"), ref("/dev/SECOND"), absent()));
    }
    assertThat(server.requests()).hasSize(2);
    assertThat(server.requests().get(1).query())
        .containsEntry("expandSecretReferences", "true")
        .containsEntry("secretPath", "/")
        .doesNotContainKey("includePersonalOverrides");
  }

  @Test
  void own_secrets_win_over_imported_ones_and_later_imports_over_earlier_ones() {
    fake.imports.put("dev/", List.of("dev/one", "dev/two"));
    fake.stored.add(new FakeInfisical.Stored("dev/one", "DATABASE_URL", "imported"));
    fake.stored.add(new FakeInfisical.Stored("dev/one", "BOTH", "first"));
    fake.stored.add(new FakeInfisical.Stored("dev/two", "BOTH", "second"));
    assertThat(text(read("/dev/DATABASE_URL"))).isEqualTo("postgres://größe");
    assertThat(text(read("/dev/BOTH"))).isEqualTo("second");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void the_shared_value_counts_unless_personal_ones_are_asked_for(boolean version4) {
    fake.hasVersion4 = version4;
    fake.stored.add(new FakeInfisical.Stored("dev/", "DATABASE_URL", "mine", "personal", false));
    assertThat(text(read("/dev/DATABASE_URL"))).isEqualTo("postgres://größe");
    assertThat(text(read(ref("/dev/DATABASE_URL"), Map.of("personal", "true")))).isEqualTo("mine");
  }

  @Test
  void a_value_that_the_identity_may_not_see_is_an_error_and_not_the_words_in_its_place() {
    assertThat(((Outcome.Failed) read("/dev/HIDDEN")).failure().code()).isEqualTo(627);
  }

  @Test
  void a_server_of_version_3_is_found_once_and_remembered() {
    fake.hasVersion4 = false;
    try (Provider provider = open(machine.surroundings())) {
      assertThat(
              text(provider.read(List.of(ref("/dev/DATABASE_URL"))).get(ref("/dev/DATABASE_URL"))))
          .isEqualTo("postgres://größe");
      server.forgetRequests();
      provider.read(List.of(ref("/dev/DATABASE_URL")));
      assertThat(server.requests()).hasSize(1);
      assertThat(server.requests().getFirst().path()).isEqualTo("/api/v3/secrets/raw");
      assertThat(provider.health()).isInstanceOf(Health.Usable.class);
    }
  }

  @Test
  void a_folder_that_is_not_there_is_missing_with_either_version() {
    assertThat(read("/nowhere/X")).isInstanceOf(Outcome.Missing.class);
    fake.hasVersion4 = false;
    assertThat(read("/nowhere/X")).isInstanceOf(Outcome.Missing.class);
  }

  @Test
  void a_folder_without_permission_fails_alone() {
    server.answerWith(request ->
        "/backend/api".equals(request.query().get("secretPath"))
            ? fake.error(403, "PermissionDenied")
            : fake.answer(request));
    try (Provider provider = open(machine.surroundings())) {
      Map<Reference, Outcome> outcomes = provider.read(List.copyOf(present().keySet()));
      assertThat(outcomes.get(ref("/dev/DATABASE_URL"))).isInstanceOf(Outcome.Found.class);
      PaleException failure =
          ((Outcome.Failed) outcomes.get(ref("/dev/backend/api/STRIPE"))).failure();
      assertThat(failure.code()).isEqualTo(627);
      assertThat(failure.why()).contains("PermissionDenied");
      assertSilent(failure);
    }
  }

  @Test
  void a_token_that_was_revoked_meanwhile_is_fetched_again_once() {
    try (Provider provider = open(machine.surroundings())) {
      provider.read(List.of(ref("/dev/DATABASE_URL")));
      fake.accessToken = "revoked";
      assertThat(provider.read(List.of(ref("/dev/DATABASE_URL"))).values())
          .allMatch(Outcome.Found.class::isInstance);
      assertThat(fake.logins).hasValue(2);
      server.answerWith(request ->
          request.path().contains("login") ? fake.answer(request) : fake.error(401, "TokenError"));
      assertThatThrownBy(() -> provider.read(List.of(ref("/dev/DATABASE_URL"))))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(611));
      assertThat(fake.logins).hasValue(3);
    }
  }

  @Test
  void a_wrong_client_secret_is_refused_in_our_own_words() {
    server.answerWith(request -> fake.error(401, "UnauthorizedError"));
    assertFails(611);
    assertThat(server.requests()).as("one try for all folders").hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "infisical://p/NAME",
        "infisical://p/dev/",
        "infisical://p/dev//NAME",
        "infisical://p/dev/../NAME",
        "infisical://p/de v/NAME",
        "infisical://p&x=1/dev/NAME",
        "infisical://p/dev/NAME?type=personal",
        "infisical://p/dev/NAME#x"
      })
  void what_is_no_reference_of_this_kind_asks_nothing(String text) {
    Outcome outcome = read(Reference.parse(text), Map.of());
    assertThat(((Outcome.Failed) outcome).failure().code()).isEqualTo(613);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void listing_asks_for_names_only() {
    try (Provider provider = open(machine.surroundings())) {
      assertThat(provider.list(FakeInfisical.PROJECT + "/dev").orElseThrow())
          .containsExactly(ref("/dev/DATABASE_URL"), ref("/dev/HIDDEN"));
      assertThat(provider.list(FakeInfisical.PROJECT + "/dev/backend/api").orElseThrow())
          .containsExactly(ref("/dev/backend/api/STRIPE"));
      assertThatThrownBy(() -> provider.list(FakeInfisical.PROJECT + "/nowhere"))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(615));
    }
    assertThat(server.requests())
        .filteredOn(each -> each.method().equals("GET"))
        .allMatch(each -> each.query().get("viewSecretValue").equals("false"));
  }

  @Test
  void a_folder_that_has_a_name_twice_is_not_understood() {
    fake.stored.add(new FakeInfisical.Stored("dev/", "DATABASE_URL", "again"));
    assertThat(((Outcome.Failed) read("/dev/DATABASE_URL")).failure().code()).isEqualTo(607);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void writing_creates_new_ones_and_changes_others(boolean version4) {
    fake.hasVersion4 = version4;
    try (Provider provider = open(machine.surroundings())) {
      Writer writer = provider.writer().orElseThrow();
      SortedMap<SecretName, SecretValue> values =
          values(Map.of("DATABASE_URL", "new", "FRESH", "line\nend\n", "HIDDEN", "x"));
      assertThat(writer.compare(FakeInfisical.PROJECT + "/dev", values))
          .containsEntry(SecretName.of("DATABASE_URL"), Present.DIFFERENT)
          .containsEntry(SecretName.of("FRESH"), Present.ABSENT)
          .containsEntry(SecretName.of("HIDDEN"), Present.UNKNOWN);
      server.forgetRequests();
      writer.write(FakeInfisical.PROJECT + "/dev", values);
      assertThat(server.requests().size()).isLessThanOrEqualTo(4);
      assertThat(writer.compare(FakeInfisical.PROJECT + "/dev", values).values())
          .containsOnly(Present.SAME);
    }
  }

  @Test
  void a_change_that_waits_for_approval_is_no_success() {
    fake.approval = true;
    try (Provider provider = open(machine.surroundings())) {
      Writer writer = provider.writer().orElseThrow();
      assertThatThrownBy(
              () -> writer.write(FakeInfisical.PROJECT + "/dev", values(Map.of("FRESH", "1"))))
          .isInstanceOfSatisfying(
              PaleException.class, e -> assertThat(e.why()).contains("approval"));
    }
  }

  @Test
  void a_failure_half_way_names_what_was_written() {
    server.answerWith(
        request -> request.method().equals("PATCH") ? fake.error(500, "x") : fake.answer(request));
    try (Provider provider = open(machine.surroundings())) {
      Writer writer = provider.writer().orElseThrow();
      assertThatThrownBy(() ->
              writer.write(
                  FakeInfisical.PROJECT + "/dev",
                  values(Map.of("FRESH", "1", "DATABASE_URL", "2"))))
          .isInstanceOfSatisfying(
              PaleException.class,
              e -> {
                assertThat(e.code()).isEqualTo(612);
                assertThat(e.why()).startsWith("written: FRESH;");
                assertSilent(e);
              });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {" x", "x ", "x\n\n", "\u00a0x", "x\ufeff", "\nx\n", " ", "a${OTHER}"})
  void what_infisical_would_change_is_refused_before_anything_is_asked(String value) {
    try (Provider provider = open(machine.surroundings())) {
      Writer writer = provider.writer().orElseThrow();
      assertThatThrownBy(
              () -> writer.write(FakeInfisical.PROJECT + "/dev", values(Map.of("X", value))))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(626));
    }
    assertThat(server.requests()).isEmpty();
  }

  private static SortedMap<SecretName, SecretValue> values(Map<String, String> texts) {
    SortedMap<SecretName, SecretValue> values = new TreeMap<>();
    texts.forEach((name, text) ->
        values.put(
            SecretName.of(name), SecretValue.owning(name, text.getBytes(StandardCharsets.UTF_8))));
    return values;
  }

  @Test
  void without_set_up_the_callers_own_environment_is_used() {
    machine
        .set("INFISICAL_API_URL", server.address() + "/api")
        .set("INFISICAL_UNIVERSAL_AUTH_CLIENT_ID", FakeInfisical.CLIENT)
        .set("INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET", FakeInfisical.CLIENT_SECRET);
    try (Provider provider =
        new Infisical().open(ProviderSettings.none("infisical"), machine.surroundings())) {
      assertThat(provider.health()).isInstanceOf(Health.Usable.class);
    }
    machine.set("INFISICAL_TOKEN", fake.accessToken);
    try (Provider provider =
        new Infisical().open(ProviderSettings.none("infisical"), machine.surroundings())) {
      assertThat(provider.read(List.of(ref("/dev/DATABASE_URL"))).values())
          .allMatch(Outcome.Found.class::isInstance);
      assertThat(fake.logins).hasValue(1);
    }
  }

  @Test
  void without_credentials_or_with_half_of_them_it_is_not_opened() {
    assertThatThrownBy(
            () -> new Infisical().open(ProviderSettings.none("i"), machine.surroundings()))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(601));
    machine.set("INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET", "x");
    assertThatThrownBy(
            () -> new Infisical().open(ProviderSettings.none("i"), machine.surroundings()))
        .isInstanceOfSatisfying(
            PaleException.class, e -> assertThat(e.why()).contains("without client_id"));
    assertThatThrownBy(() -> open(machine.surroundings(), Map.of("personal", "yes")))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(601));
  }

  @Test
  void answers_with_other_types_than_they_should_have_break_nothing() {
    Oddities.breakNothing(server, fake, () -> open(machine.surroundings()), present().keySet());
  }
}
