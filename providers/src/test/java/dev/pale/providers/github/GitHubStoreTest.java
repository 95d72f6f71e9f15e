package dev.pale.providers.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.providers.fake.Detour;
import dev.pale.providers.fake.FakeAnswer;
import dev.pale.providers.fake.FakeMachine;
import dev.pale.providers.fake.FakeServer;
import dev.pale.providers.fake.Misbehaviour;
import dev.pale.providers.fake.ProviderContract;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Writer;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Actions secrets against a fake that opens the boxes. */
class GitHubStoreTest {
  private static final String SENTINEL = "s3ntinel-Zq8vK2";
  private static final String REPOSITORY = "/repos/acme/api/actions/secrets";

  @TempDir Path home;
  private final FakeGitHub github = new FakeGitHub();
  private FakeServer server;
  private FakeMachine machine;
  private Detour detour;

  @BeforeEach
  void start() {
    server = FakeServer.http(github);
    machine = new FakeMachine(home).longest(Duration.ofSeconds(2));
    detour = new Detour(machine.http()).lead("https://api.github.com", server);
  }

  @AfterEach
  void stop() {
    machine.close();
    server.close();
    assertThat(server.failures()).isEmpty();
    assertThat(detour.elsewhere()).isEmpty();
  }

  private Provider open() {
    return open(Map.of(), FakeGitHub.TOKEN);
  }

  private Provider open(Map<String, String> plain, String token) {
    Map<String, SecretValue> credentials =
        token.isEmpty() ? Map.of() : Map.of("token", value("token", token));
    return new GitHubSecrets()
        .open(
            new ProviderSettings("github", plain, credentials), detour.in(machine.surroundings()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "acme/api > /repos/acme/api/actions/secrets",
        "acme/api#pro/d eu > /repos/acme/api/environments/pro%2Fd%20eu/secrets",
        "org:acme > /orgs/acme/actions/secrets"
      })
  void github_opens_what_is_written_and_one_key_serves_all(String way) {
    String[] parts = way.split(" > ");
    SortedMap<SecretName, SecretValue> values = values("DATABASE_URL", "pöstgres", "lower", "");
    try (Provider provider = open()) {
      Writer writer = provider.writer().orElseThrow();
      assertThat(writer.compare(parts[0], values).values()).containsOnly(Writer.Present.ABSENT);
      writer.write(parts[0], values);
      assertThat(writer.compare(parts[0], values).values()).containsOnly(Writer.Present.UNKNOWN);
      writer.write(parts[0], values);
    }
    assertThat(github.secrets.get(parts[1]))
        .isEqualTo(Map.of("DATABASE_URL", "pöstgres", "LOWER", ""));
    assertThat(github.keysGiven).isEqualTo(2);
  }

  @Test
  void no_value_leaves_unsealed() {
    try (Provider provider = open()) {
      provider.writer().orElseThrow().write("acme/api", values("A", SENTINEL));
    }
    assertThat(server.requests())
        .allSatisfy(each -> assertThat(each.text()).doesNotContain(SENTINEL));
  }

  @Test
  void nothing_is_ever_read() {
    Reference reference = Reference.parse("github://acme/api/DATABASE_URL");
    try (Provider provider = open()) {
      Outcome outcome = provider.read(List.of(reference)).get(reference);
      PaleException failure = ((Outcome.Failed) outcome).failure();
      assertThat(failure.code()).isEqualTo(634);
      assertThat(failure.what()).isEqualTo("GitHub never gives secrets out");
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void a_new_secret_of_an_organisation_is_for_private_repositories_and_an_old_one_stays_as_it_is() {
    Map<String, String> there = github.secrets.get("/orgs/acme/actions/secrets");
    there.putAll(Map.of("WIDE", "old", "SOME", "old"));
    github.visibility.putAll(Map.of("WIDE", "all", "SOME", "selected"));
    try (Provider provider = open()) {
      provider
          .writer()
          .orElseThrow()
          .write("org:acme", values("WIDE", "1", "SOME", "2", "FRESH", "3"));
    }
    assertThat(github.visibility)
        .isEqualTo(Map.of("WIDE", "all", "SOME", "selected", "FRESH", "private"));
    assertThat(github.selected).isEqualTo(Map.of("SOME", "[17,1296269]"));
    assertThat(there).containsEntry("SOME", "2");
  }

  @Test
  void more_than_a_page_of_names_is_seen() {
    for (int i = 100; i < 350; i++) {
      github.secrets.get(REPOSITORY).put("N" + i, "");
    }
    try (Provider provider = open()) {
      Writer writer = provider.writer().orElseThrow();
      assertThat(writer.compare("acme/api", values("N349", "", "N350", "")))
          .isEqualTo(
              Map.of(
                  SecretName.of("N349"), Writer.Present.UNKNOWN,
                  SecretName.of("N350"), Writer.Present.ABSENT));
    }
  }

  @Test
  void a_list_without_end_is_given_up() {
    github.endless = true;
    try (Provider provider = open()) {
      assertThatThrownBy(() -> provider.writer().orElseThrow().compare("acme/api", values("A", "")))
          .satisfies(has(604));
    }
  }

  @Test
  void names_that_github_does_not_take_are_refused_before_anything_is_asked() {
    SortedMap<SecretName, SecretValue> large = values("A", "");
    large.put(SecretName.of("A"), SecretValue.owning("A", new byte[(48 << 10) + 1]));
    try (Provider provider = open()) {
      Writer writer = provider.writer().orElseThrow();
      for (SortedMap<SecretName, SecretValue> each :
          List.of(
              values("GITHUB_TOKEN", "x"),
              values("github_x", "x"),
              values("KEY", "1", "key", "2"),
              large)) {
        assertThatThrownBy(() -> writer.write("acme/api", each)).satisfies(has(633));
        assertThatThrownBy(() -> writer.compare("acme/api", each)).satisfies(has(633));
      }
    }
    assertThat(server.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "acme",
        "acme/",
        "acme/api/x",
        "acme/..",
        "../api",
        "acme/api#",
        "acme/api#..",
        "acme/api?x",
        "acme/a pi",
        "org:",
        "org:a/b",
        "org:..",
        "acme/api%2f.."
      })
  void a_place_of_another_form_asks_nothing(String at) {
    try (Provider provider = open()) {
      Writer writer = provider.writer().orElseThrow();
      assertThatThrownBy(() -> writer.write(at, values("A", "a"))).satisfies(has(613));
      assertThatThrownBy(() -> writer.compare(at, values("A", "a"))).satisfies(has(613));
    }
    assertThat(server.requests()).isEmpty();
  }

  /** A key of small order would let everybody open the box. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "AAAA",
        "",
        "no base64"
      })
  void a_key_that_is_none_gets_no_value(String key) {
    github.publicKey = key;
    try (Provider provider = open()) {
      assertThatThrownBy(
              () -> provider.writer().orElseThrow().write("acme/api", values("A", SENTINEL)))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isIn(607, 612));
    }
    assertThat(server.requests()).noneMatch(each -> each.method().equals("PUT"));
  }

  @Test
  void a_write_that_fails_half_way_names_what_was_written() {
    server.answerWith(request ->
        request.path().endsWith("/BBB")
            ? FakeAnswer.json(422, "{\"message\":\"" + SENTINEL + "\"}")
            : github.answer(request));
    try (Provider provider = open()) {
      assertThatThrownBy(() ->
              provider.writer().orElseThrow().write("acme/api", values("AAA", "1", "BBB", "2")))
          .isInstanceOfSatisfying(
              PaleException.class,
              e -> {
                assertThat(e.code()).isEqualTo(612);
                assertThat(e.why()).contains("written before: AAA").contains("422");
                assertThat(ProviderContract.everything(e)).doesNotContain(SENTINEL);
              });
    }
  }

  @Test
  void the_token_of_the_environment_goes_to_github_alone() {
    machine.set("GH_TOKEN", FakeGitHub.TOKEN);
    try (Provider provider = open(Map.of(), "")) {
      assertThat(provider.health())
          .isEqualTo(new Health.Usable("octocat", "https://api.github.com"));
    }
    server.forgetRequests();
    try (Provider provider = open(Map.of("address", "https://github.evil.example"), "")) {
      assertThat(((Health.Unusable) provider.health()).failure().code()).isEqualTo(632);
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void a_server_of_ones_own_is_asked_below_its_api() {
    github.prefix = "/api/v3";
    detour.lead("https://github.acme.example", server);
    try (Provider provider =
        open(Map.of("address", "https://github.acme.example"), FakeGitHub.TOKEN)) {
      provider.writer().orElseThrow().write("acme/api", values("A", "a"));
    }
    assertThat(github.secrets.get(REPOSITORY)).containsEntry("A", "a");
  }

  @Test
  void a_token_that_is_no_users_is_usable() {
    github.appToken = true;
    try (Provider provider = open()) {
      assertThat(provider.health()).isEqualTo(new Health.Usable("", "https://api.github.com"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 400, 401, 403, 404, 409, 422, 500, 503})
  void an_error_text_is_never_repeated(int status) {
    server.answerWith(
        status == 301
            ? Misbehaviour.redirect("https://evil.example/")
            : Misbehaviour.error(status, SENTINEL));
    try (Provider provider = open()) {
      PaleException health = ((Health.Unusable) provider.health()).failure();
      assertThat(ProviderContract.everything(health)).doesNotContain(SENTINEL, FakeGitHub.TOKEN);
      assertThatThrownBy(() -> provider.writer().orElseThrow().write("acme/api", values("A", "a")))
          .satisfies(e ->
              assertThat(ProviderContract.everything(e))
                  .doesNotContain(SENTINEL, FakeGitHub.TOKEN));
    }
  }

  private static Consumer<Throwable> has(int code) {
    return e -> assertThat(((PaleException) e).code()).isEqualTo(code);
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
