package dev.pale.providers.bitwarden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonArray;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.fake.FakeAnswer;
import dev.pale.providers.fake.FakeMachine;
import dev.pale.providers.fake.FakeRequest;
import dev.pale.providers.fake.FakeServer.Handler;
import dev.pale.providers.fake.ProviderContract;
import dev.pale.providers.rest.Oddities;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class BitwardenProviderTest extends ProviderContract {
  private static final String CLIENT = "ec2c1d46-6a4b-4751-a310-af9601317f2d";
  private static final String CLIENT_SECRET = "C2IgxjjLF7qSshsbwe8JGcbM075YXw";
  private static final String TOKEN =
      "0." + CLIENT + "." + CLIENT_SECRET + ":X8vbvA0bduihIDe/qrzIQQ==";
  private static final byte[] TOKEN_KEY =
      Base64.getDecoder()
          .decode(
              "H9/oIRLtL9nGCQOVDjSMoEbJsjWXSOCb3qeyDt6ckzS3FhyboEDWyTP/CQfbIszNmAVg2ExFganG1FVFGXO/Jg==");
  private static final String ORGANIZATION = "f4e44a7f-1190-432a-9d4a-af96013127cb";
  private static final String BEARER =
      "e30."
          + Base64.getUrlEncoder()
              .withoutPadding()
              .encodeToString(
                  ("{\"organization\":\"" + ORGANIZATION + "\"}").getBytes(StandardCharsets.UTF_8))
          + ".bearer-Xy77";
  private static final byte[] KEY = new byte[64];
  private static final String PROJECT = "11111111-1111-1111-1111-111111111111";
  private static final String OTHER_PROJECT = "22222222-2222-2222-2222-222222222222";

  static {
    for (int i = 0; i < KEY.length; i++) {
      KEY[i] = (byte) (200 - i);
    }
  }

  private record Secret(String id, String key, String value, String project) {}

  private static String id(int number) {
    return "aaaaaaaa-0000-0000-0000-%012d".formatted(number);
  }

  private final List<Secret> secrets =
      new ArrayList<>(
          List.of(
              new Secret(id(1), "DATABASE_URL", "postgres://größe", PROJECT),
              new Secret(id(2), "PEM", "-----BEGIN\nKEY-----\n", PROJECT),
              new Secret(id(3), "TWICE", "one", PROJECT),
              new Secret(id(4), "TWICE", "two", PROJECT),
              new Secret(id(5), "path/like key", "deep", OTHER_PROJECT)));

  private final Map<String, String> projects =
      new LinkedHashMap<>(Map.of(PROJECT, "acme-api", OTHER_PROJECT, "acme/web"));
  private int bearers;
  private int rejectBearers;

  @Override
  protected Handler honest() {
    return this::answer;
  }

  private FakeAnswer answer(FakeRequest request) {
    if (request.path().equals("/identity/connect/token")) {
      Map<String, String> form = request.form();
      boolean good =
          request.method().equals("POST")
              && form.get("grant_type").equals("client_credentials")
              && form.get("scope").equals("api.secrets")
              && form.get("client_id").equals(CLIENT)
              && form.get("client_secret").equals(CLIENT_SECRET);
      if (!good) {
        return FakeAnswer.json(400, "{\"error\":\"invalid_client\",\"x\":\"" + SENTINEL + "\"}");
      }
      bearers++;
      String payload =
          Sealed.seal(
              "{\"encryptionKey\":\"" + Base64.getEncoder().encodeToString(KEY) + "\"}", TOKEN_KEY);
      return FakeAnswer.json(
          200,
          new JsonWriter()
              .beginObject()
              .member("access_token", BEARER)
              .member("expires_in", 3600)
              .member("token_type", "Bearer")
              .member("encrypted_payload", payload)
              .endObject()
              .toString());
    }
    if (!request.header("Authorization").equals("Bearer " + BEARER) || rejectBearers-- > 0) {
      return FakeAnswer.json(401, "{\"message\":\"" + SENTINEL + "\"}");
    }
    if (request.path().equals("/api/organizations/" + ORGANIZATION + "/secrets")) {
      return FakeAnswer.json(200, list());
    }
    if (request.path().equals("/api/secrets/get-by-ids")) {
      return byIds(request);
    }
    for (Secret secret : secrets) {
      if (request.path().equals("/api/secrets/" + secret.id())) {
        return FakeAnswer.json(200, json(new JsonWriter(), secret).toString());
      }
    }
    return FakeAnswer.json(404, "{\"message\":\"Resource not found.\"}");
  }

  /** As the real service: one unknown id refuses all. */
  private FakeAnswer byIds(FakeRequest request) {
    JsonWriter json = new JsonWriter().beginObject().name("data").beginArray();
    for (JsonValue each : ((JsonArray) request.json().members().get("ids")).items()) {
      String id = ((JsonString) each).text();
      Secret secret =
          secrets.stream().filter(known -> known.id().equals(id)).findFirst().orElse(null);
      if (secret == null) {
        return FakeAnswer.json(404, "{\"message\":\"Resource not found.\"}");
      }
      json(json, secret);
    }
    return FakeAnswer.json(200, json.endArray().endObject().toString());
  }

  private JsonWriter json(JsonWriter json, Secret secret) {
    return json.beginObject()
        .member("id", secret.id())
        .member("organizationId", ORGANIZATION)
        .member("key", Sealed.seal(secret.key(), KEY))
        .member("value", Sealed.seal(secret.value(), KEY))
        .member("note", Sealed.seal("", KEY))
        .endObject();
  }

  private String list() {
    JsonWriter json = new JsonWriter().beginObject().name("secrets").beginArray();
    for (Secret secret : secrets) {
      json.beginObject()
          .member("id", secret.id())
          .member("organizationId", ORGANIZATION)
          .member("key", Sealed.seal(secret.key(), KEY))
          .name("projects")
          .beginArray();
      if (!secret.project().isEmpty()) {
        json.beginObject()
            .member("id", secret.project())
            .member("name", Sealed.seal(projects.get(secret.project()), KEY))
            .endObject();
      }
      json.endArray().endObject();
    }
    return json.endArray().name("projects").beginArray().endArray().endObject().toString();
  }

  @Override
  protected Provider open(Surroundings surroundings) {
    return new BitwardenSecrets()
        .open(
            new ProviderSettings(
                "bws",
                Map.of("server", server.address()),
                Map.of(
                    "access_token",
                    SecretValue.owning("t", (TOKEN + "\n").getBytes(StandardCharsets.UTF_8)))),
            surroundings);
  }

  @Override
  protected Map<Reference, String> present() {
    return Map.of(
        ref("bws://" + id(1)), "postgres://größe",
        ref("bws://acme-api/PEM"), "-----BEGIN\nKEY-----\n",
        ref("bws://" + OTHER_PROJECT + "/path/like key"), "deep");
  }

  @Override
  protected Reference absent() {
    return ref("bws://" + id(99));
  }

  @Override
  protected List<String> credentials() {
    return List.of(
        CLIENT_SECRET, "X8vbvA0bduihIDe", BEARER, Base64.getEncoder().encodeToString(KEY));
  }

  private static Reference ref(String text) {
    return Reference.parse(text);
  }

  private Outcome read(String reference) {
    try (Provider provider = open(machine.surroundings())) {
      return provider.read(List.of(ref(reference))).get(ref(reference));
    }
  }

  private long asked(String path) {
    return server.requests().stream().filter(each -> each.path().equals(path)).count();
  }

  @Test
  void many_ids_are_one_request() {
    try (Provider provider = open(machine.surroundings())) {
      provider.read(List.of(ref("bws://" + id(1)), ref("bws://" + id(2)), ref("bws://" + id(3))));
    }
    assertThat(server.requests()).hasSize(2);
    assertThat(asked("/api/secrets/get-by-ids")).isEqualTo(1);
  }

  @Test
  void one_id_that_is_not_there_costs_two_requests_and_none_of_the_others() {
    try (Provider provider = open(machine.surroundings())) {
      Map<Reference, Outcome> outcomes =
          provider.read(List.of(ref("bws://" + id(1)), absent(), ref("bws://" + id(2))));
      assertThat(text(outcomes.get(ref("bws://" + id(2))))).startsWith("-----BEGIN");
      assertThat(outcomes.get(absent())).isInstanceOf(Outcome.Missing.class);
    }
    assertThat(server.requests()).hasSize(4);
  }

  @Test
  void a_key_that_two_secrets_have_is_ambiguous_and_says_how_many() {
    assertThat(((Outcome.Failed) read("bws://acme-api/TWICE")).failure())
        .satisfies(e -> assertThat(e.code()).isEqualTo(628))
        .satisfies(e -> assertThat(e.why()).startsWith("2 secrets"));
  }

  @Test
  void a_project_name_that_two_have_is_ambiguous() {
    projects.put(OTHER_PROJECT, "acme-api");
    assertThat(((Outcome.Failed) read("bws://acme-api/PEM")).failure().why())
        .startsWith("2 projects");
  }

  @Test
  void unknown_projects_and_keys_are_missing() {
    assertThat(read("bws://nowhere/PEM")).isInstanceOf(Outcome.Missing.class);
    assertThat(read("bws://acme-api/NOTHING")).isInstanceOf(Outcome.Missing.class);
  }

  @Test
  void what_is_no_reference_of_this_kind_fails_alone() {
    for (String text : List.of("bws://name", "bws:///KEY", "bws://acme-api/PEM?x=1", "bws://p/")) {
      assertThat(((Outcome.Failed) read(text)).failure().code()).isEqualTo(613);
    }
  }

  @Test
  void listing_gives_names_that_can_be_read_and_ids_where_names_are_not_enough() {
    secrets.add(new Secret(id(6), "what?", "odd", PROJECT));
    secrets.add(new Secret(id(7), "LONELY", "alone", ""));
    try (Provider provider = open(machine.surroundings())) {
      List<Reference> listed = provider.list("").orElseThrow();
      assertThat(listed)
          .containsExactly(
              ref("bws://acme-api/DATABASE_URL"),
              ref("bws://acme-api/PEM"),
              ref("bws://" + id(3)),
              ref("bws://" + id(4)),
              ref("bws://" + OTHER_PROJECT + "/path/like key"),
              ref("bws://" + id(6)),
              ref("bws://" + id(7)));
      assertThat(provider.read(listed).values()).allMatch(Outcome.Found.class::isInstance);
      assertThat(provider.list("acme-api").orElseThrow()).hasSize(5);
    }
  }

  @Test
  void a_token_that_the_service_dropped_is_fetched_again_once() {
    try (Provider provider = open(machine.surroundings())) {
      provider.read(List.of(ref("bws://" + id(1))));
      rejectBearers = 1;
      assertThat(provider.read(List.of(ref("bws://" + id(1)))).values())
          .allMatch(Outcome.Found.class::isInstance);
      assertThat(bearers).isEqualTo(2);
    }
  }

  @Test
  void a_token_that_runs_out_is_not_used() {
    Clocks clock = new Clocks();
    machine.clock(clock);
    try (Provider provider = open(machine.surroundings())) {
      provider.read(List.of(ref("bws://" + id(1))));
      clock.now = clock.now.plusSeconds(3600);
      provider.read(List.of(ref("bws://" + id(1))));
    }
    assertThat(bearers).isEqualTo(2);
  }

  /** A clock that tests move. */
  private static final class Clocks extends java.time.Clock {
    private java.time.Instant now = FakeMachine.CLOCK.instant();

    @Override
    public java.time.ZoneId getZone() {
      return java.time.ZoneOffset.UTC;
    }

    @Override
    public java.time.Clock withZone(java.time.ZoneId zone) {
      return this;
    }

    @Override
    public java.time.Instant instant() {
      return now;
    }
  }

  @Test
  void a_revoked_token_is_refused_in_our_own_words() {
    server.answerWith(request ->
        FakeAnswer.json(400, "{\"error\":\"invalid_client\",\"m\":\"" + SENTINEL + "\"}"));
    assertFails(611);
  }

  @Test
  void a_changed_value_another_organisation_and_a_swapped_secret_are_refused() {
    assertTampered(body -> body.replace(ORGANIZATION, id(50)), 607);
    assertTampered(
        body ->
            body.replaceFirst("\"value\":\"2\\.[^|]*", "\"value\":\"2.AAAAAAAAAAAAAAAAAAAAAA=="),
        629);
    assertTampered(body -> body.replace(id(1), id(2)), 607);
  }

  private void assertTampered(UnaryOperator<String> change, int code) {
    server.answerWith(request -> {
      FakeAnswer answer = answer(request);
      return request.path().endsWith("get-by-ids")
          ? FakeAnswer.json(200, change.apply(new String(answer.body(), StandardCharsets.UTF_8)))
          : answer;
    });
    try {
      assertThat(((Outcome.Failed) read("bws://" + id(1))).failure().code()).isEqualTo(code);
    } catch (PaleException e) {
      assertThat(e.code()).isEqualTo(code);
    }
  }

  @Test
  void a_secret_whose_key_is_another_than_the_lists_is_not_given_out() {
    server.answerWith(request -> {
      if (request.path().endsWith("get-by-ids")) {
        Secret swapped = new Secret(id(2), "DATABASE_URL", "wrong one", PROJECT);
        return FakeAnswer.json(
            200,
            json(new JsonWriter().beginObject().name("data").beginArray(), swapped)
                .endArray()
                .endObject()
                .toString());
      }
      return answer(request);
    });
    assertThat(((Outcome.Failed) read("bws://acme-api/PEM")).failure().code()).isEqualTo(607);
  }

  @Test
  void a_payload_for_another_token_is_refused() {
    server.answerWith(request ->
        FakeAnswer.json(
            200,
            "{\"access_token\":\""
                + BEARER
                + "\",\"expires_in\":60,\"encrypted_payload\":\""
                + Sealed.seal("{\"encryptionKey\":\"\"}", KEY)
                + "\"}"));
    assertThatThrownBy(() -> read("bws://" + id(1)))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(629));
  }

  @Test
  void without_set_up_the_callers_own_environment_is_used() {
    machine.set("BWS_SERVER_URL", server.address()).set("BWS_ACCESS_TOKEN", TOKEN);
    try (Provider provider =
        new BitwardenSecrets().open(ProviderSettings.none("bws"), machine.surroundings())) {
      assertThat(text(provider.read(List.of(ref("bws://" + id(1)))).get(ref("bws://" + id(1)))))
          .isEqualTo("postgres://größe");
    }
  }

  @Test
  void without_any_token_it_is_not_opened() {
    assertThatThrownBy(
            () -> new BitwardenSecrets().open(ProviderSettings.none("bws"), machine.surroundings()))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(601));
  }

  @Test
  void answers_with_other_types_than_they_should_have_break_nothing() {
    Oddities.breakNothing(
        server, this::answer, () -> open(machine.surroundings()), present().keySet());
  }
}
