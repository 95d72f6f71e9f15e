package dev.pale.providers.doppler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.fake.FakeAnswer;
import dev.pale.providers.fake.FakeRequest;
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
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DopplerProviderTest extends ProviderContract {
  private static final String TOKEN = "dp.st.dev.Qm9vZ2llV29vZ2ll";
  private static final String RESTRICTED = "\u0000restricted";

  /** Config to names to values; a restricted one has a mark for a value. */
  private final Map<String, SortedMap<String, String>> configs = new ConcurrentHashMap<>();

  private boolean nullsRestricted;

  DopplerProviderTest() {
    configs.put(
        "acme-api/dev",
        new TreeMap<>(
            Map.of(
                "DATABASE_URL", "postgres://größe\n",
                "EMPTY", "",
                "PAYMENT_KEY", RESTRICTED)));
    configs.put("acme-api/prd", new TreeMap<>(Map.of("DATABASE_URL", "prod")));
  }

  @Override
  protected Handler honest() {
    return this::answer;
  }

  private FakeAnswer answer(FakeRequest request) {
    if (!request.header("Authorization").equals("Bearer " + TOKEN)) {
      return error(401, "Invalid Service token " + SENTINEL);
    }
    if (request.path().equals("/v3/me")) {
      return FakeAnswer.json(
          200,
          "{\"slug\":\"x\",\"name\":\"ci token\",\"type\":\"service_token\",\"token_preview\":\""
              + TOKEN
              + "\",\"workplace\":{\"name\":\"Acme "
              + SENTINEL
              + " <b>\",\"slug\":\"acme\"}}");
    }
    if (request.method().equals("POST")) {
      return write(request);
    }
    SortedMap<String, String> config =
        configs.get(request.query().get("project") + "/" + request.query().get("config"));
    if (config == null) {
      return error(404, "Could not find requested config " + SENTINEL);
    }
    assertThat(request.query()).containsEntry("include_dynamic_secrets", "false");
    JsonWriter json = new JsonWriter().beginObject();
    switch (request.path()) {
      case "/v3/configs/config/secrets/download" -> {
        assertThat(request.query()).containsEntry("format", "json");
        config.forEach((name, value) -> {
          if (!value.equals(RESTRICTED)) {
            json.member(name, value);
          } else if (nullsRestricted) {
            json.name(name).nullValue();
          }
        });
        json.member("DOPPLER_CONFIG", request.query().get("config"));
      }
      case "/v3/configs/config/secrets/names" -> {
        json.name("names").beginArray();
        config.keySet().forEach(json::value);
        json.endArray();
      }
      case "/v3/configs/config/secrets" -> {
        json.name("secrets").beginObject();
        config.forEach((name, value) -> {
          json.name(name).beginObject().name("raw");
          if (value.equals(RESTRICTED)) {
            json.nullValue();
          } else {
            json.value(value);
          }
          json.member("note", "").endObject();
        });
        json.endObject();
      }
      default -> {
        return error(404, "no route");
      }
    }
    return FakeAnswer.json(200, json.endObject().toString());
  }

  private FakeAnswer write(FakeRequest request) {
    JsonObject body = request.json();
    String place =
        ((JsonString) body.members().get("project")).text()
            + "/"
            + ((JsonString) body.members().get("config")).text();
    JsonWriter json = new JsonWriter().beginObject().name("secrets").beginObject();
    ((JsonObject) body.members().get("secrets"))
        .members()
        .forEach((name, value) -> {
          configs.get(place).put(name, ((JsonString) value).text());
          json.name(name).beginObject().endObject();
        });
    return FakeAnswer.json(200, json.endObject().endObject().toString());
  }

  private static FakeAnswer error(int status, String message) {
    return FakeAnswer.json(status, "{\"messages\":[\"" + message + "\"],\"success\":false}");
  }

  @Override
  protected Provider open(Surroundings surroundings) {
    return new Doppler()
        .open(
            new ProviderSettings(
                "doppler",
                Map.of("host", server.address()),
                Map.of(
                    "token", SecretValue.owning("t", TOKEN.getBytes(StandardCharsets.US_ASCII)))),
            surroundings);
  }

  @Override
  protected Map<Reference, String> present() {
    return Map.of(
        ref("doppler://acme-api/dev/DATABASE_URL"), "postgres://größe\n",
        ref("doppler://acme-api/dev/EMPTY"), "",
        ref("doppler://acme-api/prd/DATABASE_URL"), "prod");
  }

  @Override
  protected Reference absent() {
    return ref("doppler://acme-api/dev/NOTHING");
  }

  @Override
  protected List<String> credentials() {
    return List.of(TOKEN);
  }

  private static Reference ref(String text) {
    return Reference.parse(text);
  }

  private Outcome read(String reference) {
    try (Provider provider = open(machine.surroundings())) {
      return provider.read(List.of(ref(reference))).get(ref(reference));
    }
  }

  @Test
  void all_secrets_of_a_config_are_one_request() {
    try (Provider provider = open(machine.surroundings())) {
      provider.read(
          List.of(ref("doppler://acme-api/dev/DATABASE_URL"), ref("doppler://acme-api/dev/EMPTY")));
    }
    assertThat(server.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_restricted_secret_fails_with_its_reason_whether_it_comes_as_null_or_not_at_all(
      boolean asNull) {
    nullsRestricted = asNull;
    PaleException failure = ((Outcome.Failed) read("doppler://acme-api/dev/PAYMENT_KEY")).failure();
    assertThat(failure.code()).isEqualTo(627);
    assertThat(failure.why()).contains("restricted");
  }

  @Test
  void an_unknown_config_is_missing() {
    assertThat(read("doppler://acme-api/nowhere/X")).isInstanceOf(Outcome.Missing.class);
  }

  @Test
  void a_config_that_the_token_may_not_see_fails_alone() {
    server.answerWith(request ->
        "prd".equals(request.query().get("config"))
            ? error(403, "no access " + SENTINEL)
            : answer(request));
    try (Provider provider = open(machine.surroundings())) {
      Map<Reference, Outcome> outcomes = provider.read(List.copyOf(present().keySet()));
      assertThat(text(outcomes.get(ref("doppler://acme-api/dev/EMPTY")))).isEmpty();
      PaleException failure =
          ((Outcome.Failed) outcomes.get(ref("doppler://acme-api/prd/DATABASE_URL"))).failure();
      assertThat(failure.code()).isEqualTo(627);
      assertSilent(failure);
    }
  }

  @Test
  void too_many_requests_for_good_say_what_to_do() {
    server.answerWith(request -> error(429, SENTINEL).with("Retry-After", "1"));
    assertFails(614);
    assertThat(((Outcome.Failed) read("doppler://acme-api/dev/EMPTY")).failure().mend())
        .contains("wait");
    assertThat(machine.naps()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "doppler://acme-api/NAME",
        "doppler://acme-api/dev/a/NAME",
        "doppler://acme-api/dev/",
        "doppler://acme-api//NAME",
        "doppler://acme-api/dev/NAME?x=1",
        "doppler://acme-api/dev/NAME#x",
        "doppler://acme api/dev/NAME",
        "doppler://../dev/NAME",
        "doppler://a&project=b/dev/NAME"
      })
  void what_is_no_reference_of_this_kind_asks_nothing(String text) {
    assertThat(((Outcome.Failed) read(text)).failure().code()).isEqualTo(613);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void a_value_that_is_no_text_is_not_understood() {
    server.answerWith(request -> FakeAnswer.json(200, "{\"DATABASE_URL\":{\"a\":\"b\"}}"));
    assertFails(607);
  }

  @Test
  void listing_gives_names_and_asks_for_no_values() {
    try (Provider provider = open(machine.surroundings())) {
      assertThat(provider.list("acme-api/dev").orElseThrow())
          .containsExactly(
              ref("doppler://acme-api/dev/DATABASE_URL"),
              ref("doppler://acme-api/dev/EMPTY"),
              ref("doppler://acme-api/dev/PAYMENT_KEY"));
      assertThat(server.requests()).allMatch(each -> each.path().endsWith("/names"));
      assertThatThrownBy(() -> provider.list("acme-api/nowhere"))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(615));
      assertThatThrownBy(() -> provider.list(""))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(613));
    }
  }

  @Test
  void a_list_of_too_many_names_is_refused() {
    server.answerWith(
        request -> FakeAnswer.json(200, "{\"names\":[" + "\"A\",".repeat(10_001) + "\"A\"]}"));
    try (Provider provider = open(machine.surroundings())) {
      assertThatThrownBy(() -> provider.list("acme-api/dev"))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(604));
    }
  }

  @Test
  void health_shows_names_but_neither_free_text_nor_the_token() {
    try (Provider provider = open(machine.surroundings())) {
      Health.Usable usable = (Health.Usable) provider.health();
      assertThat(usable.identity()).isEqualTo("service_token ci token");
      assertThat(usable.detail()).isEqualTo("at " + server.address());
    }
  }

  @Test
  void writing_is_one_request_and_comparing_tells_what_is_the_same() {
    try (Provider provider = open(machine.surroundings())) {
      Writer writer = provider.writer().orElseThrow();
      SortedMap<SecretName, SecretValue> values =
          values(
              Map.of(
                  "DATABASE_URL", "postgres://größe\n",
                  "EMPTY", "no longer",
                  "NEW", "multi\nline",
                  "PAYMENT_KEY", "x"));
      assertThat(writer.compare("acme-api/dev", values))
          .containsEntry(SecretName.of("DATABASE_URL"), Present.SAME)
          .containsEntry(SecretName.of("EMPTY"), Present.DIFFERENT)
          .containsEntry(SecretName.of("NEW"), Present.ABSENT)
          .containsEntry(SecretName.of("PAYMENT_KEY"), Present.UNKNOWN);
      server.forgetRequests();
      writer.write("acme-api/dev", values);
      assertThat(server.requests()).hasSize(1);
      assertThat(server.requests().getFirst().target()).doesNotContain("no longer");
      assertThat(configs.get("acme-api/dev"))
          .containsEntry("NEW", "multi\nline")
          .containsEntry("EMPTY", "no longer");
    }
  }

  @Test
  void what_doppler_would_change_is_refused_before_anything_is_written() {
    try (Provider provider = open(machine.surroundings())) {
      Writer writer = provider.writer().orElseThrow();
      for (Map<String, String> bad :
          List.of(Map.of("A", "1", "Z", "x${DATABASE_URL}"), Map.of("A", "1", "lower", "x"))) {
        assertThatThrownBy(() -> writer.write("acme-api/dev", values(bad)))
            .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(626));
      }
      SortedMap<SecretName, SecretValue> binary = new TreeMap<>();
      binary.put(SecretName.of("B"), SecretValue.owning("B", new byte[] {(byte) 0xff, 0}));
      assertThatThrownBy(() -> writer.write("acme-api/dev", binary))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(626));
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void an_answer_that_does_not_name_what_was_written_is_no_success() {
    server.answerWith(request -> FakeAnswer.json(200, "{\"secrets\":{}}"));
    try (Provider provider = open(machine.surroundings())) {
      Writer writer = provider.writer().orElseThrow();
      assertThatThrownBy(() -> writer.write("acme-api/dev", values(Map.of("A", "1"))))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(607));
    }
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
    machine.set("DOPPLER_API_HOST", server.address()).set("DOPPLER_TOKEN", TOKEN);
    try (Provider provider =
        new Doppler().open(ProviderSettings.none("doppler"), machine.surroundings())) {
      assertThat(provider.health()).isInstanceOf(Health.Usable.class);
    }
  }

  @Test
  void a_host_without_encryption_and_a_token_with_a_line_end_inside_are_refused() {
    for (Map<String, String> plain :
        List.of(Map.of("host", "http://api.doppler.com"), Map.of("host", "https://a.b/c?d"))) {
      assertThatThrownBy(() -> open(plain, TOKEN))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(601));
    }
    assertThatThrownBy(() -> open(Map.of(), "dp.st.x\r\nHost: evil"))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(601));
  }

  private void open(Map<String, String> plain, String token) {
    new Doppler()
        .open(
            new ProviderSettings(
                "doppler",
                plain,
                Map.of("token", SecretValue.owning("t", token.getBytes(StandardCharsets.UTF_8)))),
            machine.surroundings())
        .close();
  }

  @Test
  void answers_with_other_types_than_they_should_have_break_nothing() {
    Oddities.breakNothing(
        server, this::answer, () -> open(machine.surroundings()), present().keySet());
  }
}
