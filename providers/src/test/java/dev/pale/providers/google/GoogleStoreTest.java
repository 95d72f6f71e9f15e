package dev.pale.providers.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.providers.fake.Detour;
import dev.pale.providers.fake.FakeAnswer;
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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Secret Manager against a fake that checks signatures, claims, tokens and checksums. */
class GoogleStoreTest extends ProviderContract {
  private final FakeGoogle google =
      new FakeGoogle()
          .put("DATABASE_URL", "postgres://old", "postgres://new")
          .put("database", "{\"password\":\"p\\u00e4ss\",\"port\":5432,\"tls\":true,\"x\":{}}")
          .put("empty", "");
  private Detour detour;

  @Override
  protected FakeServer.Handler honest() {
    return google;
  }

  @Override
  protected Provider open(Surroundings surroundings) {
    return open(
        surroundings,
        Map.of("project", FakeGoogle.PROJECT),
        FakeGoogle.keyFile("https://oauth2.googleapis.com/token"));
  }

  private Provider open(Surroundings surroundings, Map<String, String> plain, String credentials) {
    detour = new Detour(surroundings.http());
    for (String host :
        new String[] {
          "https://secretmanager.googleapis.com",
          "https://secretmanager.europe-west3.rep.googleapis.com",
          "https://oauth2.googleapis.com",
          "http://169.254.169.254"
        }) {
      detour.lead(host, server);
    }
    Map<String, SecretValue> secret =
        credentials.isEmpty()
            ? Map.of()
            : Map.of("credentials_json", value("credentials_json", credentials));
    return new GoogleSecretManager()
        .open(new ProviderSettings("gcp-sm", plain, secret), detour.in(surroundings));
  }

  @Override
  protected Map<Reference, String> present() {
    Map<Reference, String> all = new LinkedHashMap<>();
    all.put(ref("gcp-sm://acme-prod/DATABASE_URL"), "postgres://new");
    all.put(ref("gcp-sm://acme-prod/DATABASE_URL/1"), "postgres://old");
    all.put(ref("gcp-sm://acme-prod/database#password"), "päss");
    all.put(ref("gcp-sm://acme-prod/database#port"), "5432");
    all.put(ref("gcp-sm://acme-prod/database#tls"), "true");
    all.put(ref("gcp-sm://acme-prod/empty"), "");
    return all;
  }

  @Override
  protected Reference absent() {
    return ref("gcp-sm://acme-prod/NOTHING");
  }

  @Override
  protected List<String> credentials() {
    String key = Base64.getEncoder().encodeToString(FakeGoogle.KEYS.getPrivate().getEncoded());
    return List.of(key.substring(40, 100), "ya29.fake", FakeGoogle.REFRESH);
  }

  @Test
  void one_token_serves_all_requests_and_its_jwt_is_right() {
    try (Provider provider = open(machine.surroundings())) {
      provider.read(List.copyOf(present().keySet()));
      provider.health();
    }
    assertThat(google.tokens).isEqualTo(1);
    assertThat(detour.elsewhere()).isEmpty();
  }

  @Test
  void a_token_that_is_refused_is_fetched_anew_once() {
    try (Provider provider = open(machine.surroundings())) {
      provider.health();
      google.token = "another";
      Reference one = ref("gcp-sm://acme-prod/DATABASE_URL");
      assertThat(text(provider.read(List.of(one)).get(one))).isEqualTo("postgres://new");
      assertThat(google.tokens).isEqualTo(2);
    }
  }

  @Test
  void a_token_is_not_used_in_its_last_minute() {
    google.lifeSeconds = 59;
    try (Provider provider = open(machine.surroundings())) {
      provider.health();
      provider.health();
    }
    assertThat(google.tokens).isEqualTo(2);
  }

  @Test
  void a_clock_that_is_wrong_gets_no_token_and_a_mend() {
    machine.clock(
        Clock.fixed(
            Instant.parse("2026-11-20T12:00:00Z").plus(Duration.ofDays(1)), ZoneOffset.UTC));
    try (Provider provider = open(machine.surroundings())) {
      PaleException failure = ((Health.Unusable) provider.health()).failure();
      assertThat(failure.code()).isEqualTo(611);
      assertThat(failure.why()).contains("invalid_grant");
      assertThat(failure.mend()).contains("clock");
    }
  }

  @Test
  void the_file_of_the_environment_is_used_without_settings() throws IOException {
    Path file = home.resolve("key.json");
    Files.writeString(file, FakeGoogle.keyFile("https://oauth2.googleapis.com/token"));
    machine.set("GOOGLE_APPLICATION_CREDENTIALS", file.toString());
    assertReads(Map.of(), "");
  }

  @Test
  void the_file_of_gcloud_is_used_without_anything_else() throws IOException {
    Path folder = Files.createDirectories(home.resolve(".config").resolve("gcloud"));
    Files.writeString(
        folder.resolve("application_default_credentials.json"), FakeGoogle.userFile());
    assertReads(Map.of(), "");
  }

  @Test
  void a_machine_of_google_needs_no_credentials() {
    try (Provider provider = open(machine.surroundings(), Map.of(), "")) {
      assertThat(provider.health())
          .isEqualTo(new Health.Usable(FakeGoogle.EMAIL, "https://secretmanager.googleapis.com"));
    }
    assertReads(Map.of(), "");
  }

  @Test
  void what_answers_for_the_metadata_server_must_say_so() {
    server.answerWith(
        request -> FakeAnswer.json(200, "{\"access_token\":\"stolen\",\"expires_in\":60}"));
    try (Provider provider = open(machine.surroundings(), Map.of(), "")) {
      assertThat(((Health.Unusable) provider.health()).failure().code()).isEqualTo(632);
    }
  }

  private void assertReads(Map<String, String> plain, String credentials) {
    try (Provider provider = open(machine.surroundings(), plain, credentials)) {
      Reference one = ref("gcp-sm://acme-prod/DATABASE_URL");
      assertThat(text(provider.read(List.of(one)).get(one))).isEqualTo("postgres://new");
    }
  }

  /** The key file is user's own, but a pasted one must not send signed assertions elsewhere. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://oauth2.googleapis.com.evil.example/token",
        "https://evil.example/token",
        "http://oauth2.googleapis.com/token",
        "https://oauth2.googleapis.com:8443/token",
        "https://oauth2.googleapis.com@evil.example/token",
        "https://evil.example#https://oauth2.googleapis.com/token",
        "file:///etc/passwd",
        "://"
      })
  void a_token_uri_that_is_not_googles_gets_nothing(String uri) {
    try (Provider provider = open(machine.surroundings(), Map.of(), FakeGoogle.keyFile(uri))) {
      PaleException failure = ((Health.Unusable) provider.health()).failure();
      assertThat(failure.code()).isEqualTo(632);
      assertThat(failure.why()).contains("token_uri");
    }
    assertThat(server.requests()).isEmpty();
    assertThat(detour.elsewhere()).isEmpty();
  }

  @Test
  void a_token_address_that_the_user_set_may_be_in_the_file() {
    google.audience = server.address() + "/token";
    Map<String, String> plain =
        Map.of("token_address", server.address(), "address", server.address());
    Surroundings real = machine.surroundings();
    ProviderSettings settings =
        new ProviderSettings(
            "gcp-sm",
            plain,
            Map.of("credentials_json", value("c", FakeGoogle.keyFile(google.audience))));
    try (Provider provider = new GoogleSecretManager().open(settings, real)) {
      Reference one = ref("gcp-sm://acme-prod/DATABASE_URL");
      assertThat(text(provider.read(List.of(one)).get(one))).isEqualTo("postgres://new");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"external_account\"}",
        "{\"type\":\"impersonated_service_account\"}",
        "{\"type\":\"else\"}",
        "{}",
        "[]",
        "no json",
        "{\"type\":\"service_account\"}",
        "{\"type\":\"service_account\",\"client_email\":\"a\",\"private_key\":\"none\"}",
        "{\"type\":\"service_account\",\"universe_domain\":\"evil.example\"}"
      })
  void credentials_that_are_not_known_are_named_and_not_quoted(String json) {
    try (Provider provider = open(machine.surroundings(), Map.of(), json)) {
      PaleException failure = ((Health.Unusable) provider.health()).failure();
      assertThat(failure.code()).isEqualTo(632);
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void a_value_whose_checksum_is_wrong_or_missing_is_not_given() {
    google.wrongChecksum = true;
    assertFails(631);
    google.wrongChecksum = false;
    google.noChecksum = true;
    assertFails(631);
  }

  @Test
  void an_answer_for_another_secret_is_not_given() {
    google.otherSecret = true;
    assertFails(631);
  }

  @Test
  void a_disabled_version_fails_alone() {
    google.disabled.add("DATABASE_URL");
    Reference off = ref("gcp-sm://acme-prod/DATABASE_URL");
    Reference on = ref("gcp-sm://acme-prod/database#port");
    Reference foreign = ref("gcp-sm://other-project/DATABASE_URL");
    try (Provider provider = open(machine.surroundings())) {
      Map<Reference, Outcome> outcomes = provider.read(List.of(off, on, foreign));
      assertThat(code(outcomes.get(off))).isEqualTo(634);
      assertThat(text(outcomes.get(on))).isEqualTo("5432");
      assertThat(code(outcomes.get(foreign))).isEqualTo(611);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gcp-sm://acme-prod",
        "gcp-sm://acme-prod/",
        "gcp-sm:///DATABASE_URL",
        "gcp-sm://acme-prod/A/1/2",
        "gcp-sm://acme-prod/../A",
        "gcp-sm://../secrets/A",
        "gcp-sm://acme-prod/A%2f..",
        "gcp-sm://acme-prod/A/latest:access",
        "gcp-sm://acme-prod/A?alt=media",
        "gcp-sm://acme prod/A"
      })
  void a_reference_of_another_form_asks_nothing(String text) {
    try (Provider provider = open(machine.surroundings())) {
      Reference reference = ref(text);
      assertThat(code(provider.read(List.of(reference)).get(reference))).isEqualTo(613);
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void a_member_that_is_no_text_fails_and_one_that_is_not_there_is_missing() {
    try (Provider provider = open(machine.surroundings())) {
      Reference object = ref("gcp-sm://acme-prod/database#x");
      Reference none = ref("gcp-sm://acme-prod/database#y");
      Reference noJson = ref("gcp-sm://acme-prod/DATABASE_URL#y");
      Map<Reference, Outcome> outcomes = provider.read(List.of(object, none, noJson));
      assertThat(code(outcomes.get(object))).isEqualTo(631);
      assertThat(outcomes.get(none)).isInstanceOf(Outcome.Missing.class);
      assertThat(code(outcomes.get(noJson))).isEqualTo(631);
    }
  }

  @Test
  void it_lists_all_pages() {
    try (Provider provider = open(machine.surroundings())) {
      assertThat(provider.list("").orElseThrow())
          .containsExactly(
              ref("gcp-sm://acme-prod/DATABASE_URL"),
              ref("gcp-sm://acme-prod/database"),
              ref("gcp-sm://acme-prod/empty"));
    }
  }

  @Test
  void a_list_without_end_is_given_up() {
    google.endless = true;
    try (Provider provider = open(machine.surroundings())) {
      assertThatThrownBy(() -> provider.list(""))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(604));
    }
  }

  @Test
  void it_compares_and_writes_and_makes_what_is_not_there() {
    SortedMap<SecretName, SecretValue> values = values("DATABASE_URL", "x", "NEW", "y");
    values.put(SecretName.of("empty"), value("empty", ""));
    try (Provider provider = open(machine.surroundings())) {
      Writer writer = provider.writer().orElseThrow();
      assertThat(writer.compare("acme-prod", values))
          .isEqualTo(
              Map.of(
                  SecretName.of("DATABASE_URL"), Writer.Present.DIFFERENT,
                  SecretName.of("NEW"), Writer.Present.ABSENT,
                  SecretName.of("empty"), Writer.Present.SAME));
      writer.write("acme-prod", values);
      assertThat(writer.compare("acme-prod", values).values()).containsOnly(Writer.Present.SAME);
    }
    assertThat(google.secrets.get("DATABASE_URL")).hasSize(3);
  }

  @Test
  void a_write_that_fails_half_way_names_what_was_written() {
    SortedMap<SecretName, SecretValue> values = values("AAA", "x", "BBB", "y");
    try (Provider provider = open(machine.surroundings())) {
      server.answerWith(request ->
          request.path().contains("BBB")
              ? FakeAnswer.json(500, "{\"error\":{\"message\":\"" + SENTINEL + "\"}}")
              : google.answer(request));
      assertThatThrownBy(() -> provider.writer().orElseThrow().write("acme-prod", values))
          .isInstanceOfSatisfying(
              PaleException.class,
              e -> {
                assertThat(e.code()).isEqualTo(612);
                assertThat(e.why()).contains("written before: AAA").contains("500");
                assertSilent(e);
              });
    }
  }

  @Test
  void regional_secrets_are_asked_at_their_region() {
    google.parent = "projects/acme-prod/locations/europe-west3";
    try (Provider provider =
        open(
            machine.surroundings(),
            Map.of("location", "europe-west3"),
            FakeGoogle.keyFile("https://oauth2.googleapis.com/token"))) {
      Reference one = ref("gcp-sm://acme-prod/DATABASE_URL");
      assertThat(text(provider.read(List.of(one)).get(one))).isEqualTo("postgres://new");
    }
    assertThatThrownBy(
            () -> open(machine.surroundings(), Map.of("location", "x.evil.example/"), ""))
        .isInstanceOf(PaleException.class);
  }

  private static int code(Outcome outcome) {
    return ((Outcome.Failed) outcome).failure().code();
  }

  static Reference ref(String text) {
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

  @Test
  void settings_name_what_is_read() {
    Map<String, Boolean> names = new HashMap<>();
    new GoogleSecretManager().settings().forEach(each -> names.put(each.name(), each.secret()));
    assertThat(names.get("credentials_json")).isTrue();
  }
}
