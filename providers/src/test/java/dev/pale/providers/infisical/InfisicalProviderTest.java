package dev.pale.providers.infisical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonArray;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.fake.FakeAnswer;
import dev.pale.providers.fake.FakeRequest;
import dev.pale.providers.fake.FakeServer.Handler;
import dev.pale.providers.fake.ProviderContract;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InfisicalProviderTest extends ProviderContract {
  private static final String CLIENT = "11c0ffee-0000-4000-8000-000000000001";
  private static final String CLIENT_SECRET = "cs-5fN2kQ9vLw";
  private static final String PROJECT = "64f1c0ffee64f1c0ffee64f1";

  private record Stored(String folder, String name, String value, String type, boolean hidden) {
    Stored(String folder, String name, String value) {
      this(folder, name, value, "shared", false);
    }
  }

  private final List<Stored> stored =
      new CopyOnWriteArrayList<>(
          List.of(
              new Stored("dev/", "DATABASE_URL", "postgres://größe"),
              new Stored("dev/backend/api", "STRIPE", "sk_live\nx"),
              new Stored("dev/", "HIDDEN", "<hidden-by-infisical>", "shared", true)));

  /** Which folders a folder imports, first to last. */
  private final Map<String, List<String>> imports = new HashMap<>();

  private final AtomicInteger logins = new AtomicInteger();
  private volatile String accessToken = "none";
  private boolean hasVersion4 = true;
  private boolean approval;
  private int tokenSeconds = 7200;

  @Override
  protected Handler honest() {
    return this::answer;
  }

  private FakeAnswer answer(FakeRequest request) {
    if (request.path().equals("/api/v1/auth/universal-auth/login")) {
      JsonObject body = request.json();
      if (!text(body, "clientId").equals(CLIENT)
          || !text(body, "clientSecret").equals(CLIENT_SECRET)) {
        return error(401, "UnauthorizedError");
      }
      accessToken = "eyJ.token-" + logins.incrementAndGet();
      return FakeAnswer.json(
          200,
          new JsonWriter()
              .beginObject()
              .member("accessToken", accessToken)
              .member("expiresIn", tokenSeconds)
              .member("accessTokenMaxTTL", 7200)
              .member("tokenType", "Bearer")
              .endObject()
              .toString());
    }
    if (request.path().startsWith("/api/v4/") && !hasVersion4) {
      return FakeAnswer.json(404, "{\"message\":\"Route not found\",\"statusCode\":404}");
    }
    if (!request.header("Authorization").equals("Bearer " + accessToken)) {
      return error(401, "TokenError");
    }
    String prefix = hasVersion4 ? "/api/v4/secrets" : "/api/v3/secrets/raw";
    if (request.method().equals("GET") && request.path().equals(prefix)) {
      return list(request, hasVersion4 ? "projectId" : "workspaceId");
    }
    if (request
        .path()
        .equals(hasVersion4 ? "/api/v4/secrets/batch" : "/api/v3/secrets/batch/raw")) {
      return batch(request);
    }
    return error(404, "NotFound");
  }

  private FakeAnswer list(FakeRequest request, String project) {
    Map<String, String> query = request.query();
    if (!query.containsKey(project)) {
      return error(400, "BadRequest");
    }
    String folder = query.get("environment") + query.get("secretPath");
    boolean known = stored.stream().anyMatch(each -> each.folder().equals(folder));
    if (!query.get(project).equals(PROJECT) || !known) {
      return error(404, "NotFound");
    }
    boolean personal = "true".equals(query.get("includePersonalOverrides")) || !hasVersion4;
    boolean values = query.get("viewSecretValue").equals("true");
    JsonWriter json = new JsonWriter().beginObject().name("secrets");
    secrets(json, folder, personal, values);
    if (query.get("include_imports").equals("true")) {
      json.name("imports").beginArray();
      for (String each : imports.getOrDefault(folder, List.of())) {
        json.beginObject().member("secretPath", each).name("secrets");
        secrets(json, each, false, values);
        json.endObject();
      }
      json.endArray();
    }
    return FakeAnswer.json(200, json.endObject().toString());
  }

  private void secrets(JsonWriter json, String folder, boolean personal, boolean values) {
    json.beginArray();
    for (Stored each : stored) {
      if (each.folder().equals(folder) && (personal || each.type().equals("shared"))) {
        boolean hidden = each.hidden() || !values;
        json.beginObject()
            .member("secretKey", each.name())
            .member("secretValue", hidden ? "<hidden-by-infisical>" : each.value())
            .member("secretValueHidden", hidden)
            .member("type", each.type())
            .endObject();
      }
    }
    json.endArray();
  }

  /** As the real service: creating what is there, and changing what is not, is refused. */
  private FakeAnswer batch(FakeRequest request) {
    JsonObject body = request.json();
    if (!text(body, hasVersion4 ? "projectId" : "workspaceId").equals(PROJECT)) {
      return error(404, "NotFound");
    }
    if (approval) {
      return FakeAnswer.json(200, "{\"approval\":{\"id\":\"x\"}}");
    }
    String folder = text(body, "environment") + text(body, "secretPath");
    List<Stored> fresh = new ArrayList<>();
    for (JsonValue value : ((JsonArray) body.members().get("secrets")).items()) {
      JsonObject secret = (JsonObject) value;
      String name = text(secret, "secretKey");
      boolean there =
          stored.stream()
              .anyMatch(each -> each.folder().equals(folder) && each.name().equals(name));
      if (there == request.method().equals("POST")) {
        return error(there ? 400 : 404, "BadRequest");
      }
      fresh.add(new Stored(folder, name, text(secret, "secretValue")));
    }
    for (Stored each : fresh) {
      stored.removeIf(old -> old.folder().equals(each.folder()) && old.name().equals(each.name()));
      stored.add(each);
    }
    return FakeAnswer.json(200, "{\"secrets\":[]}");
  }

  private static String text(JsonObject object, String name) {
    return ((JsonString) object.members().get(name)).text();
  }

  private static FakeAnswer error(int status, String name) {
    return FakeAnswer.json(status, "{\"error\":\"" + name + "\",\"message\":\"" + SENTINEL + "\"}");
  }

  @Override
  protected Provider open(Surroundings surroundings) {
    return open(surroundings, Map.of());
  }

  private Provider open(Surroundings surroundings, Map<String, String> more) {
    Map<String, String> plain = new HashMap<>(more);
    plain.put("host", server.address());
    plain.put("client_id", CLIENT);
    return new Infisical()
        .open(
            new ProviderSettings(
                "infisical",
                plain,
                Map.of(
                    "client_secret",
                    SecretValue.owning("s", CLIENT_SECRET.getBytes(StandardCharsets.US_ASCII)))),
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
    return List.of(CLIENT_SECRET, "eyJ.token-");
  }

  private static Reference ref(String rest) {
    return Reference.parse("infisical://" + PROJECT + rest);
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
    stored.add(new Stored("dev/", "SECOND", "2"));
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
    imports.put("dev/", List.of("dev/one", "dev/two"));
    stored.add(new Stored("dev/one", "DATABASE_URL", "imported"));
    stored.add(new Stored("dev/one", "BOTH", "first"));
    stored.add(new Stored("dev/two", "BOTH", "second"));
    assertThat(text(read("/dev/DATABASE_URL"))).isEqualTo("postgres://größe");
    assertThat(text(read("/dev/BOTH"))).isEqualTo("second");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void the_shared_value_counts_unless_personal_ones_are_asked_for(boolean version4) {
    hasVersion4 = version4;
    stored.add(new Stored("dev/", "DATABASE_URL", "mine", "personal", false));
    assertThat(text(read("/dev/DATABASE_URL"))).isEqualTo("postgres://größe");
    assertThat(text(read(ref("/dev/DATABASE_URL"), Map.of("personal", "true")))).isEqualTo("mine");
  }

  @Test
  void a_value_that_the_identity_may_not_see_is_an_error_and_not_the_words_in_its_place() {
    assertThat(((Outcome.Failed) read("/dev/HIDDEN")).failure().code()).isEqualTo(627);
  }

  @Test
  void a_server_of_version_3_is_found_once_and_remembered() {
    hasVersion4 = false;
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
    hasVersion4 = false;
    assertThat(read("/nowhere/X")).isInstanceOf(Outcome.Missing.class);
  }

  @Test
  void a_folder_without_permission_fails_alone() {
    server.answerWith(request ->
        "/backend/api".equals(request.query().get("secretPath"))
            ? error(403, "PermissionDenied")
            : answer(request));
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
      accessToken = "revoked";
      assertThat(provider.read(List.of(ref("/dev/DATABASE_URL"))).values())
          .allMatch(Outcome.Found.class::isInstance);
      assertThat(logins).hasValue(2);
      server.answerWith(
          request -> request.path().contains("login") ? answer(request) : error(401, "TokenError"));
      assertThatThrownBy(() -> provider.read(List.of(ref("/dev/DATABASE_URL"))))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(611));
      assertThat(logins).hasValue(3);
    }
  }

  @Test
  void a_wrong_client_secret_is_refused_in_our_own_words() {
    server.answerWith(request -> error(401, "UnauthorizedError"));
    assertFails(611);
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
      assertThat(provider.list(PROJECT + "/dev").orElseThrow())
          .containsExactly(ref("/dev/DATABASE_URL"), ref("/dev/HIDDEN"));
      assertThat(provider.list(PROJECT + "/dev/backend/api").orElseThrow())
          .containsExactly(ref("/dev/backend/api/STRIPE"));
      assertThatThrownBy(() -> provider.list(PROJECT + "/nowhere"))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(615));
    }
    assertThat(server.requests())
        .filteredOn(each -> each.method().equals("GET"))
        .allMatch(each -> each.query().get("viewSecretValue").equals("false"));
  }

  @Test
  void a_folder_that_has_a_name_twice_is_not_understood() {
    stored.add(new Stored("dev/", "DATABASE_URL", "again"));
    assertThat(((Outcome.Failed) read("/dev/DATABASE_URL")).failure().code()).isEqualTo(607);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void writing_creates_new_ones_and_changes_others(boolean version4) {
    hasVersion4 = version4;
    try (Provider provider = open(machine.surroundings())) {
      Writer writer = provider.writer().orElseThrow();
      SortedMap<SecretName, SecretValue> values =
          values(Map.of("DATABASE_URL", "new", "FRESH", "line\nend\n", "HIDDEN", "x"));
      assertThat(writer.compare(PROJECT + "/dev", values))
          .containsEntry(SecretName.of("DATABASE_URL"), Present.DIFFERENT)
          .containsEntry(SecretName.of("FRESH"), Present.ABSENT)
          .containsEntry(SecretName.of("HIDDEN"), Present.UNKNOWN);
      server.forgetRequests();
      writer.write(PROJECT + "/dev", values);
      assertThat(server.requests().size()).isLessThanOrEqualTo(4);
      assertThat(writer.compare(PROJECT + "/dev", values).values()).containsOnly(Present.SAME);
    }
  }

  @Test
  void a_change_that_waits_for_approval_is_no_success() {
    approval = true;
    try (Provider provider = open(machine.surroundings())) {
      Writer writer = provider.writer().orElseThrow();
      assertThatThrownBy(() -> writer.write(PROJECT + "/dev", values(Map.of("FRESH", "1"))))
          .isInstanceOfSatisfying(
              PaleException.class, e -> assertThat(e.why()).contains("approval"));
    }
  }

  @Test
  void a_failure_half_way_names_what_was_written() {
    server.answerWith(
        request -> request.method().equals("PATCH") ? error(500, "x") : answer(request));
    try (Provider provider = open(machine.surroundings())) {
      Writer writer = provider.writer().orElseThrow();
      assertThatThrownBy(() ->
              writer.write(PROJECT + "/dev", values(Map.of("FRESH", "1", "DATABASE_URL", "2"))))
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
      assertThatThrownBy(() -> writer.write(PROJECT + "/dev", values(Map.of("X", value))))
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
        .set("INFISICAL_UNIVERSAL_AUTH_CLIENT_ID", CLIENT)
        .set("INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET", CLIENT_SECRET);
    try (Provider provider =
        new Infisical().open(ProviderSettings.none("infisical"), machine.surroundings())) {
      assertThat(provider.health()).isInstanceOf(Health.Usable.class);
    }
    machine.set("INFISICAL_TOKEN", accessToken);
    try (Provider provider =
        new Infisical().open(ProviderSettings.none("infisical"), machine.surroundings())) {
      assertThat(provider.read(List.of(ref("/dev/DATABASE_URL"))).values())
          .allMatch(Outcome.Found.class::isInstance);
      assertThat(logins).hasValue(1);
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
}
