package dev.pale.providers.onepassword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.formats.json.Json;
import dev.pale.formats.json.JsonValue.JsonArray;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.fake.FakeMachine;
import dev.pale.providers.fake.ProviderContract;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a stand-in for {@code op}, in a folder of its own that comes first on the PATH. */
class OpProviderTest {
  private static final String TOKEN = "ops_eyJzaWduSW5BZGRyZXNzIjoi";
  private static final String SENTINEL = "s3ntinel-Zq8vK2";

  @TempDir Path folder;

  private final Map<String, byte[]> values = new TreeMap<>();
  private final List<String> ambiguous = new ArrayList<>();
  private final List<String> broken = new ArrayList<>();
  private final Map<String, String> tweaks = new LinkedHashMap<>();
  private FakeMachine machine;

  @BeforeEach
  void install() throws IOException {
    try (InputStream script = OpProviderTest.class.getResourceAsStream("/onepassword/op")) {
      Files.write(folder.resolve("op"), Optional.ofNullable(script).orElseThrow().readAllBytes());
    }
    Files.setPosixFilePermissions(
        folder.resolve("op"), PosixFilePermissions.fromString("rwx------"));
    machine = new FakeMachine(folder);
    machine.set("PATH", folder + ":" + System.getenv("PATH"));
    values.put("op://Team/Stripe/api-key", utf8("sk_live_größe"));
    values.put("op://Team/Deploy/private key", utf8("-----BEGIN\nkey\n-----END\n\n"));
    values.put("op://Team/Files/blob", new byte[] {0, (byte) 0xff, '\n', 0, '{', '{'});
    values.put("op://Team/Empty/field", new byte[0]);
  }

  @AfterEach
  void stop() {
    machine.close();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void save() {
    JsonWriter json = new JsonWriter().beginObject().member("token", TOKEN);
    json.member("sentinel", SENTINEL).name("values").beginObject();
    values.forEach((name, value) -> json.member(name, HexFormat.of().formatHex(value)));
    json.endObject().name("ambiguous").beginArray();
    ambiguous.forEach(json::value);
    json.endArray().name("broken").beginArray();
    broken.forEach(json::value);
    json.endArray();
    tweaks.forEach(json::member);
    json.name("item")
        .value(
            Json.parse(
                utf8(
                    """
                    {"id":"abcdefghijklmnopqrstuvwxyz","title":"Stripe","fields":[
                     {"id":"password","label":"password","type":"CONCEALED","value":"v"},
                     {"id":"f1","label":"key/with slash","section":{"id":"s1","label":"Live"}}]}
                    """),
                "item"));
    try {
      Files.writeString(folder.resolve("store.json"), json.endObject().toString());
      Files.deleteIfExists(folder.resolve("calls"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private record Call(List<String> arguments, Map<String, String> variables) {}

  private List<Call> calls() throws IOException {
    List<Call> result = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("calls"))) {
      JsonObject call = (JsonObject) Json.parse(utf8(line), "calls");
      Map<String, String> variables = new TreeMap<>();
      ((JsonObject) call.members().get("variables"))
          .members()
          .forEach((name, value) -> variables.put(name, ((JsonString) value).text()));
      result.add(
          new Call(
              ((JsonArray) call.members().get("arguments"))
                  .items().stream().map(each -> ((JsonString) each).text()).toList(),
              variables));
    }
    return result;
  }

  private Provider open() {
    save();
    return open("op", TOKEN);
  }

  private Provider open(String name, String token) {
    return new OnePassword()
        .open(
            new ProviderSettings(
                name,
                Map.of(),
                Map.of("service_account_token", SecretValue.owning("t", utf8(token)))),
            machine.surroundings());
  }

  private static Reference ref(String text) {
    return Reference.parse(text);
  }

  private static byte[] bytes(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Found.class);
    return ((Outcome.Found) outcome).value().bytes(Reveal.COMPARE);
  }

  @Test
  void all_references_are_one_run_and_each_value_comes_back_byte_for_byte() throws IOException {
    for (String newline : List.of("", "yes")) {
      tweaks.put("newline", newline);
      try (Provider provider = open()) {
        List<Reference> asked = values.keySet().stream().map(Reference::parse).toList();
        Map<Reference, Outcome> outcomes = provider.read(asked);
        values.forEach(
            (name, value) -> assertThat(bytes(outcomes.get(ref(name)))).isEqualTo(value));
      }
      assertThat(calls()).hasSize(1);
    }
  }

  @Test
  void the_token_is_in_the_environment_and_on_no_command_line() throws IOException {
    try (Provider provider = open()) {
      provider.read(List.of(ref("op://Team/Stripe/api-key"), ref("op://Team/Gone/x")));
      provider.health();
      provider.list("Team/Stripe");
    }
    assertThat(calls()).hasSizeGreaterThan(3);
    assertThat(calls())
        .allSatisfy(call -> {
          assertThat(call.variables()).containsEntry("OP_SERVICE_ACCOUNT_TOKEN", TOKEN);
          assertThat(String.join(" ", call.arguments())).doesNotContain(TOKEN);
        });
  }

  @Test
  void one_that_is_not_there_is_found_in_a_few_runs_and_the_others_are_read() throws IOException {
    IntStream.range(0, 60).forEach(i -> values.put("op://Team/Many/f" + i, utf8("v" + i)));
    List<Reference> asked =
        new ArrayList<>(values.keySet().stream().map(Reference::parse).toList());
    asked.add(31, ref("op://Team/Gone/x"));
    try (Provider provider = open()) {
      Map<Reference, Outcome> outcomes = provider.read(asked);
      assertThat(outcomes).hasSize(asked.size());
      assertThat(outcomes.get(ref("op://Team/Gone/x"))).isInstanceOf(Outcome.Missing.class);
      values.forEach((name, value) -> assertThat(bytes(outcomes.get(ref(name)))).isEqualTo(value));
    }
    assertThat(calls()).hasSizeLessThan(20);
  }

  @Test
  void an_ambiguous_name_says_how_many_match_and_nothing_that_op_wrote() {
    ambiguous.add("op://Team/x/f");
    broken.add("op://Team/y/f");
    try (Provider provider = open()) {
      Map<Reference, Outcome> outcomes =
          provider.read(List.of(ref("op://Team/x/f"), ref("op://Team/y/f")));
      PaleException many = ((Outcome.Failed) outcomes.get(ref("op://Team/x/f"))).failure();
      assertThat(many.code()).isEqualTo(628);
      assertThat(many.why()).startsWith("3 ");
      PaleException odd = ((Outcome.Failed) outcomes.get(ref("op://Team/y/f"))).failure();
      assertThat(odd.code()).isEqualTo(614);
      assertSilent(many);
      assertSilent(odd);
    }
  }

  private static void assertSilent(PaleException failure) {
    assertThat(ProviderContract.everything(failure)).doesNotContain(SENTINEL, TOKEN);
  }

  @Test
  void a_token_that_is_not_taken_fails_at_once_without_asking_for_each() throws IOException {
    save();
    try (Provider provider = open("op", "ops_wrong")) {
      assertThatThrownBy(
              () -> provider.read(List.of(ref("op://a/b/c"), ref("op://a/b/d"), ref("op://a/b/e"))))
          .isInstanceOfSatisfying(
              PaleException.class,
              e -> {
                assertThat(e.code()).isEqualTo(611);
                assertSilent(e);
              });
      assertThat(calls()).hasSize(1);
      assertThat(provider.health()).isInstanceOf(Health.Unusable.class);
    }
  }

  @Test
  void a_connect_server_that_the_environment_names_gets_nothing_from_a_kept_token()
      throws IOException {
    machine.set("OP_CONNECT_HOST", "http://127.0.0.1:1").set("OP_CONNECT_TOKEN", "x");
    try (Provider provider = open()) {
      assertThat(
              bytes(
                  provider
                      .read(List.of(ref("op://Team/Stripe/api-key")))
                      .values()
                      .iterator()
                      .next()))
          .isEqualTo(utf8("sk_live_größe"));
    }
    assertThat(calls().getFirst().variables())
        .containsEntry("OP_CONNECT_HOST", "")
        .containsEntry("OP_CONNECT_TOKEN", "");
  }

  @Test
  void a_preference_for_json_does_not_change_values() throws IOException {
    machine.set("OP_FORMAT", "json");
    try (Provider provider = open()) {
      provider.read(List.of(ref("op://Team/Stripe/api-key")));
    }
    assertThat(calls().getFirst().variables()).containsEntry("OP_FORMAT", "human-readable");
  }

  @Test
  void references_under_another_name_reach_op_as_its_own() throws IOException {
    save();
    try (Provider provider = open("work-1p", TOKEN)) {
      assertThat(
              bytes(
                  provider
                      .read(List.of(ref("work-1p://Team/Stripe/api-key")))
                      .get(ref("work-1p://Team/Stripe/api-key"))))
          .isEqualTo(utf8("sk_live_größe"));
    }
    assertThat(calls().getFirst().arguments())
        .containsExactly("read", "--no-newline", "op://Team/Stripe/api-key");
  }

  @Test
  void output_that_cannot_be_cut_gives_no_value() {
    tweaks.put("mangle", "<pole ");
    try (Provider provider = open()) {
      assertThatThrownBy(() ->
              provider.read(List.of(ref("op://Team/Stripe/api-key"), ref("op://Team/Empty/field"))))
          .isInstanceOfSatisfying(
              PaleException.class,
              e -> {
                assertThat(e.code()).isEqualTo(607);
                assertThat(ProviderContract.everything(e)).doesNotContain("sk_live");
              });
    }
  }

  @Test
  void what_is_no_reference_of_1password_never_reaches_the_program() {
    try (Provider provider = open()) {
      Reference odd = ref("op://Team/a }}{{ op:/f");
      assertThat(((Outcome.Failed) provider.read(List.of(odd)).get(odd)).failure().code())
          .isEqualTo(613);
      assertThat(folder.resolve("calls")).doesNotExist();
    }
  }

  @Test
  void health_says_who_without_free_text_and_listing_gives_references() {
    try (Provider provider = open()) {
      assertThat(provider.health())
          .isEqualTo(new Health.Usable("SERVICE_ACCOUNT ABCDEF", "through op"));
      assertThat(provider.list("Team/Stripe").orElseThrow())
          .containsExactly(ref("op://Team/Stripe/password"), ref("op://Team/Stripe/Live/f1"));
      for (String place : List.of("", "Team", "Team/--help/x", "Team/ ", "a\"b/c")) {
        assertThatThrownBy(() -> provider.list(place))
            .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(613));
      }
    }
  }

  @Test
  void without_the_program_it_says_so() throws IOException {
    Files.delete(folder.resolve("op"));
    machine.set("PATH", folder.toString());
    try (Provider provider = open()) {
      assertThatThrownBy(() -> provider.read(List.of(ref("op://a/b/c"))))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(608));
    }
  }

  @Test
  void an_op_in_the_working_folder_is_not_run() throws IOException {
    machine.set("PATH", ":.:" + "/usr/bin");
    try (Provider provider = open()) {
      assertThatThrownBy(() -> provider.read(List.of(ref("op://a/b/c"))))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(608));
      assertThat(folder.resolve("calls")).doesNotExist();
    }
  }

  @Test
  void a_program_set_by_its_path_is_used_and_a_relative_one_refused() throws IOException {
    save();
    machine.set("PATH", "/usr/bin:/bin");
    ProviderSettings settings =
        new ProviderSettings(
            "op",
            Map.of("program", folder.resolve("op").toString(), "account", "acme"),
            Map.of("service_account_token", SecretValue.owning("t", utf8(TOKEN))));
    try (Provider provider = new OnePassword().open(settings, machine.surroundings())) {
      assertThat(provider.health()).isInstanceOf(Health.Usable.class);
    }
    assertThat(calls().getFirst().variables()).containsEntry("OP_ACCOUNT", "acme");
    assertThatThrownBy(() ->
            new OnePassword()
                .open(
                    new ProviderSettings("op", Map.of("program", "./op"), Map.of()),
                    machine.surroundings()))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(601));
  }
}
