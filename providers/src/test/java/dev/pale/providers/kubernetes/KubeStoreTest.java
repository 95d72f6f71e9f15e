package dev.pale.providers.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets of a cluster against a fake API server. */
class KubeStoreTest extends ProviderContract {
  private final FakeKubernetes cluster =
      new FakeKubernetes()
          .put("dev/app", "DATABASE_URL", "postgres://x")
          .put("dev/app", "tls.key", "zwölf")
          .put("dev/other.one", "KEY", "")
          .put("prod/app", "KEY", "p");

  @Override
  protected FakeServer.Handler honest() {
    return cluster;
  }

  @Override
  protected Provider open(Surroundings surroundings) {
    try {
      Files.createDirectories(home.resolve(".kube"));
      Files.writeString(
          home.resolve(".kube").resolve("config"),
          """
          apiVersion: v1
          kind: Config
          current-context: here
          contexts:
          - {name: here, context: {cluster: mine, user: me}}
          clusters:
          - {name: mine, cluster: {server: '%s%s'}}
          users:
          - {name: me, user: {token: '%s'}}
          """
              .formatted(server.address(), cluster.base, FakeKubernetes.TOKEN));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new KubernetesSecrets().open(ProviderSettings.none("k8s"), surroundings);
  }

  @Override
  protected Map<Reference, String> present() {
    Map<Reference, String> all = new LinkedHashMap<>();
    all.put(Reference.parse("k8s://dev/app/DATABASE_URL"), "postgres://x");
    all.put(Reference.parse("k8s://dev/app/tls.key"), "zwölf");
    all.put(Reference.parse("k8s://dev/other.one/KEY"), "");
    return all;
  }

  @Override
  protected Reference absent() {
    return Reference.parse("k8s://dev/nothing/KEY");
  }

  @Override
  protected List<String> credentials() {
    return List.of(FakeKubernetes.TOKEN);
  }

  @Test
  void one_request_gives_all_keys_of_a_secret() {
    try (Provider provider = open(machine.surroundings())) {
      provider.read(List.copyOf(present().keySet()));
    }
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void a_key_that_is_not_there_is_missing_and_what_may_not_be_read_fails_alone() {
    Reference key = Reference.parse("k8s://dev/app/NOTHING");
    Reference closed = Reference.parse("k8s://closed/app/KEY");
    Reference there = Reference.parse("k8s://dev/app/DATABASE_URL");
    try (Provider provider = open(machine.surroundings())) {
      Map<Reference, Outcome> outcomes = provider.read(List.of(key, closed, there));
      assertThat(outcomes.get(key)).isInstanceOf(Outcome.Missing.class);
      PaleException failure = ((Outcome.Failed) outcomes.get(closed)).failure();
      assertThat(failure.code()).isEqualTo(611);
      assertThat(failure.why()).contains("Forbidden");
      assertThat(text(outcomes.get(there))).isEqualTo("postgres://x");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "k8s://dev/app",
        "k8s://dev/app/",
        "k8s://dev//KEY",
        "k8s://dev/app/KEY/more",
        "k8s://dev/../KEY",
        "k8s://../app/KEY",
        "k8s://Dev/app/KEY",
        "k8s://dev/a..b/KEY",
        "k8s://dev/app%2f/KEY",
        "k8s://dev/app/KEY?x=1",
        "k8s://dev/app/KEY#x",
        "k8s://dev/app/K Y"
      })
  void a_reference_of_another_form_asks_nothing(String text) {
    try (Provider provider = open(machine.surroundings())) {
      Reference reference = Reference.parse(text);
      Outcome outcome = provider.read(List.of(reference)).get(reference);
      assertThat(((Outcome.Failed) outcome).failure().code()).isEqualTo(613);
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void an_answer_for_another_secret_is_not_given() {
    cluster.otherSecret = true;
    assertFails(607);
  }

  @Test
  void what_is_no_base64_is_not_given() {
    cluster.secrets.values().forEach(each -> each.replaceAll((key, value) -> "a b"));
    assertFails(631);
  }

  @Test
  void it_lists_all_pages_of_a_namespace_or_of_all() {
    try (Provider provider = open(machine.surroundings())) {
      assertThat(provider.list("dev").orElseThrow()).containsExactlyElementsOf(present().keySet());
      assertThat(provider.list("").orElseThrow())
          .hasSize(4)
          .contains(Reference.parse("k8s://prod/app/KEY"));
      assertThat(provider.list("dev/app").orElseThrow()).hasSize(2);
    }
  }

  @Test
  void a_list_that_expires_is_begun_anew_once() {
    cluster.expireAfter = 1;
    try (Provider provider = open(machine.surroundings())) {
      assertThat(provider.list("").orElseThrow()).hasSize(4);
      server.answerWith(request ->
          request.query().containsKey("continue")
              ? FakeKubernetes.status(410, "Expired")
              : cluster.answer(request));
      assertThatThrownBy(() -> provider.list("")).satisfies(has(614));
    }
  }

  @Test
  void a_list_without_end_is_given_up() {
    cluster.endless = true;
    try (Provider provider = open(machine.surroundings())) {
      assertThatThrownBy(() -> provider.list("")).satisfies(has(604));
    }
  }

  @Test
  void it_writes_into_a_secret_and_leaves_its_other_keys_alone() {
    SortedMap<SecretName, SecretValue> values = values("DATABASE_URL", "new", "API_KEY", "k");
    try (Provider provider = open(machine.surroundings())) {
      Writer writer = provider.writer().orElseThrow();
      assertThat(writer.compare("dev/app", values))
          .isEqualTo(
              Map.of(
                  SecretName.of("DATABASE_URL"), Writer.Present.DIFFERENT,
                  SecretName.of("API_KEY"), Writer.Present.ABSENT));
      writer.write("dev/app", values);
      assertThat(writer.compare("dev/app", values).values()).containsOnly(Writer.Present.SAME);
      Reference other = Reference.parse("k8s://dev/app/tls.key");
      assertThat(text(provider.read(List.of(other)).get(other))).isEqualTo("zwölf");
    }
  }

  @Test
  void it_makes_the_secret_that_is_not_there_also_when_somebody_is_faster() {
    try (Provider provider = open(machine.surroundings())) {
      provider.writer().orElseThrow().write("dev/fresh", values("A", "a"));
      cluster.alreadyThere = true;
      provider.writer().orElseThrow().write("dev/raced", values("A", "a"));
    }
    assertThat(cluster.secrets.get("dev/fresh").keySet()).containsExactly("A");
    assertThat(cluster.secrets.get("dev/raced").keySet()).containsExactly("A", "OTHER");
  }

  @Test
  void what_does_not_fit_or_has_no_place_is_refused_before_anything_is_asked() {
    SortedMap<SecretName, SecretValue> large = values("A", "");
    large.put(SecretName.of("A"), SecretValue.owning("A", new byte[1 << 20]));
    try (Provider provider = open(machine.surroundings())) {
      Writer writer = provider.writer().orElseThrow();
      assertThatThrownBy(() -> writer.write("dev/app", large)).satisfies(has(633));
      for (String at : List.of("", "dev", "dev/", "dev/../x", "dev/app/x", "DEV/app")) {
        assertThatThrownBy(() -> writer.write(at, values("A", "a"))).satisfies(has(613));
      }
      writer.write("dev/app", new TreeMap<>());
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void a_write_that_fails_repeats_no_text() {
    server.answerWith(request ->
        FakeAnswer.json(422, "{\"message\":\"" + SENTINEL + "\",\"reason\":\"Invalid\"}"));
    try (Provider provider = open(machine.surroundings())) {
      assertThatThrownBy(
              () -> provider.writer().orElseThrow().write("dev/app", values("A", SENTINEL)))
          .isInstanceOfSatisfying(
              PaleException.class,
              e -> {
                assertThat(e.why()).contains("422 (Invalid)");
                assertSilent(e);
              });
    }
  }

  @Test
  void it_says_who_it_is_and_old_clusters_need_not() {
    try (Provider provider = open(machine.surroundings())) {
      assertThat(provider.health())
          .isEqualTo(new Health.Usable("system:serviceaccount:dev:pale", server.address()));
      cluster.old = true;
      assertThat(provider.health()).isEqualTo(new Health.Usable("", server.address()));
    }
  }

  @Test
  void a_cluster_below_a_path_is_reached_there() {
    cluster.base = "/k8s/clusters/c-m-abc";
    Reference one = Reference.parse("k8s://dev/app/DATABASE_URL");
    try (Provider provider = open(machine.surroundings())) {
      assertThat(text(provider.read(List.of(one)).get(one))).isEqualTo("postgres://x");
    }
  }

  static Consumer<Throwable> has(int code) {
    return e -> assertThat(((PaleException) e).code()).isEqualTo(code);
  }

  private static SortedMap<SecretName, SecretValue> values(String... pairs) {
    SortedMap<SecretName, SecretValue> values = new TreeMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(
          SecretName.of(pairs[i]),
          SecretValue.owning(pairs[i], pairs[i + 1].getBytes(StandardCharsets.UTF_8)));
    }
    return values;
  }
}
