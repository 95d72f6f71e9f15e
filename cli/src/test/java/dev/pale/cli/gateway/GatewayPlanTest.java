package dev.pale.cli.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.formats.project.ProjectFile;
import dev.pale.formats.project.UserConfig;
import dev.pale.gateway.inject.Binding;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.name.HostPattern;
import dev.pale.gateway.placeholder.Placeholders;
import dev.pale.gateway.policy.Mode;
import dev.pale.gateway.service.ServiceCatalogue;
import dev.pale.gateway.service.Slot;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GatewayPlanTest {
  private static final String OPENAI = "[secrets.OPENAI_API_KEY]\ndeliver = 'gateway'\n";
  private static final SecretName NAME = SecretName.of("OPENAI_API_KEY");

  private static GatewayPlan plan(String project) {
    return plan(project, "", GatewayPlan.Flags.NONE);
  }

  private static GatewayPlan plan(String project, String config, GatewayPlan.Flags flags) {
    return GatewayPlan.of(
        ProjectFile.parse(project.getBytes(StandardCharsets.UTF_8)),
        UserConfig.parse(config.getBytes(StandardCharsets.UTF_8)),
        ServiceCatalogue.builtIn(),
        flags);
  }

  private static Explanation explain(GatewayPlan plan, String method, String url) {
    return Explanation.of(plan, WebAddress.parse(url), method);
  }

  @Test
  void theNameSuggestsTheServiceAndTheServiceHasTheRest() {
    PlannedSecret secret = plan(OPENAI).secrets().getFirst();
    assertThat(secret.routes()).hasSize(1);
    assertThat(secret.routes().getFirst().service()).isEqualTo("openai");
    assertThat(secret.hosts()).extracting(HostPattern::toString).contains("api.openai.com");
    assertThat(secret.routes().getFirst().slots()).contains(new Slot.Scheme("Bearer"));
    assertThat(secret.plainHttp()).isFalse();
  }

  @Test
  void theFileBeatsTheService() {
    PlannedSecret secret =
        plan(OPENAI
                + "hosts = ['proxy.example.com:8443']\nslots = ['header:x-key', 'query:k']\n"
                + "placeholder = 'uuid'\nwhen_absent = true\n")
            .secrets()
            .getFirst();
    assertThat(secret.hosts())
        .extracting(HostPattern::toString)
        .containsExactly("proxy.example.com:8443");
    assertThat(secret.routes().getFirst().slots())
        .containsExactly(new Slot.Header("x-key"), new Slot.Query("k"));
    assertThat(secret.shape()).isEqualTo("uuid");
    assertThat(secret.routes().getFirst().whenAbsent()).isTrue();
  }

  @Test
  void withoutAServiceTheValueIsABearerToken() {
    PlannedSecret secret =
        plan("[secrets.K]\ndeliver = 'gateway'\nhosts = ['api.example.com']\n")
            .secrets()
            .getFirst();
    assertThat(secret.routes().getFirst().service()).isEmpty();
    assertThat(secret.routes().getFirst().slots()).containsExactly(new Slot.Scheme("Bearer"));
    assertThat(secret.routes().getFirst().whenAbsent()).isFalse();
  }

  @Test
  void hostsOfTheFenceMayBeReachedWithoutASecret() {
    GatewayPlan plan = plan(OPENAI + "[fence]\nhosts = ['docs.example.com']\n");
    assertThat(explain(plan, "GET", "https://docs.example.com/x").reachable()).isTrue();
    assertThat(explain(plan, "GET", "https://other.example.com/x").reachable()).isFalse();
    assertThatThrownBy(() -> plan(OPENAI + "[fence]\nhosts = ['user@example.com']\n"))
        .isInstanceOf(PaleException.class);
  }

  @Test
  void othersSecretsAreNotTheGateways() {
    assertThat(plan("[secrets.A]\n[secrets.B]\ndeliver = 'never'\n" + OPENAI).secrets())
        .extracting(PlannedSecret::name)
        .containsExactly(NAME);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "[secrets.K]<LF>deliver = 'gateway'                              | 780 | 1 | hosts = [",
        "[secrets.K]<LF>deliver = 'gateway'<LF>hosts = ['*.x.test']      | 781 | 3 | shared_hosts",
        "[secrets.K]<LF>deliver = 'gateway'<LF>hosts = ['**.x.test']     | 781 | 3 | shared_hosts",
        "[secrets.K]<LF>deliver = 'gateway'<LF>hosts = ['*.github.io']   | 781 | 3 | shared_hosts",
        "[secrets.K]<LF>deliver = 'gateway'<LF>service = 'nobody'        | 782 | 3 | services",
        "[secrets.GITHUB_TOKEN]<LF>deliver = 'gateway'<LF>preset = 'no'  | 783 | 3 | name one",
        "[secrets.K]<LF>deliver = 'gateway'<LF>hosts = ['1.2.3']         | 700 | 3 | ''",
        "[[gateway.rules]]<LF>hosts = ['x..test']<LF>action = 'deny'     | 700 | 1 | ''",
      })
  void whatIsWrongIsToldWithItsLine(String text, int code, int line, String mend) {
    assertThatThrownBy(() -> plan(text.replace("<LF>", "\n")))
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.what()).startsWith("pale.toml line " + line + ": ");
              assertThat(e.mend()).contains(mend.replace("'", ""));
            });
  }

  @Test
  void aWildcardThatIsMeantIsTaken() {
    assertThat(
            plan("[secrets.K]\ndeliver='gateway'\nhosts=['*.github.io']\nshared_hosts=true\n")
                .secrets())
        .hasSize(1);
  }

  @Test
  void onlyNamesTheGatewaysSecrets() {
    GatewayPlan.Flags one = new GatewayPlan.Flags(Set.of(NAME), false, false);
    String two = OPENAI + "[secrets.GITHUB_TOKEN]\ndeliver = 'gateway'\n[secrets.PLAIN]\n";
    assertThat(plan(two, "", one).secrets()).hasSize(1);
    for (String name : List.of("PLAIN", "NOBODY")) {
      GatewayPlan.Flags wrong = new GatewayPlan.Flags(Set.of(SecretName.of(name)), false, false);
      assertThatThrownBy(() -> plan(two, "", wrong))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(785));
    }
  }

  @Test
  void hostsOfSecretsAreReachableAndOthersAreNot() {
    GatewayPlan plan = plan(OPENAI);
    Explanation yes = explain(plan, "POST", "https://api.openai.com/v1/chat/completions");
    assertThat(yes.reachable()).isTrue();
    assertThat(yes.secrets().getFirst().injected()).isTrue();
    Explanation no = explain(plan, "GET", "https://evil.example/");
    assertThat(no.reachable()).isFalse();
    assertThat(no.code()).isEqualTo("host-not-allowed");
    assertThat(no.secrets().getFirst().why()).contains("api.openai.com");
    assertThat(explain(plan, "GET", "http://api.openai.com/").reachable()).isFalse();
    assertThat(no.json().toString())
        .contains("\"allowed\":false")
        .contains("\"injected\":false")
        .contains("\"live\":false");
  }

  @Test
  void rulesOfBothFilesCountAndTheUsersDenialWins() {
    String rules =
        OPENAI
            + "[[gateway.rules]]\nname='read'\nhosts=['api.github.com']\nmethods=['GET']\n"
            + "paths=['/repos/acme/**']\naction='allow'\n";
    GatewayPlan plan =
        plan(
            rules,
            "[[gateway.rules]]\nname='mine'\nhosts=['api.github.com']\n"
                + "paths=['/repos/acme/secret/**']\naction='deny'\n",
            GatewayPlan.Flags.NONE);
    assertThat(explain(plan, "GET", "https://api.github.com/repos/acme/x").rule())
        .isEqualTo("read");
    assertThat(explain(plan, "PUT", "https://api.github.com/repos/acme/x").reachable()).isFalse();
    Explanation denied = explain(plan, "GET", "https://api.github.com/repos/acme/secret/x");
    assertThat(denied.reachable()).isFalse();
    assertThat(denied.reason()).contains("mine");
    assertThat(explain(plan, "GET", "https://api.openai.com/").reachable()).isTrue();
  }

  @Test
  void whatAsksIsRefusedWhereNobodyApproves() {
    String rules = "[[gateway.rules]]\nhosts=['x.test']\naction='approve'\n";
    assertThat(explain(plan(rules), "GET", "https://x.test/").asks()).isTrue();
    GatewayPlan nobody = plan(rules, "", new GatewayPlan.Flags(Set.of(), false, true));
    assertThat(explain(nobody, "GET", "https://x.test/").reachable()).isFalse();
  }

  @Test
  void aServicesOtherPartsTakeTheSecretInTheirOwnWay() {
    GatewayPlan plan = plan("[secrets.GITHUB_TOKEN]\ndeliver = 'gateway'\n");
    assertThat(plan.secrets().getFirst().routes()).hasSizeGreaterThan(1);
    assertThat(plan.gitHosts()).contains("github.com");
    Explanation.Part git =
        explain(plan, "GET", "https://github.com/acme/x.git/info/refs").secrets().getFirst();
    assertThat(git.injected()).isTrue();
    assertThat(git.whenAbsent()).isTrue();
    assertThat(git.slots()).contains("basic:password");
    GatewayPlan narrow =
        plan("[secrets.GITHUB_TOKEN]\ndeliver = 'gateway'\nhosts = ['api.github.com']\n");
    assertThat(explain(narrow, "GET", "https://github.com/acme/x").reachable()).isFalse();
  }

  @Test
  void aPresetNarrowsItsService() {
    GatewayPlan plan = plan("[secrets.GITHUB_TOKEN]\ndeliver = 'gateway'\npreset = 'read-only'\n");
    assertThat(explain(plan, "GET", "https://api.github.com/user").reachable()).isTrue();
    assertThat(explain(plan, "DELETE", "https://api.github.com/repos/a/b").reachable()).isFalse();
  }

  @Test
  void observingLetsOutWithoutSecrets() {
    GatewayPlan plan = plan(OPENAI, "", new GatewayPlan.Flags(Set.of(), true, false));
    assertThat(plan.mode()).isEqualTo(Mode.OBSERVE);
    Explanation seen = explain(plan, "GET", "https://registry.npmjs.org/left-pad");
    assertThat(seen.reachable()).isTrue();
    assertThat(seen.secrets().getFirst().injected()).isFalse();
  }

  @Test
  void plainHttpIsForHostsThatAreMeant() {
    GatewayPlan plan =
        plan("[secrets.K]\ndeliver='gateway'\nhosts=['http://localhost:8080']\nplain_http=true\n");
    Explanation yes = explain(plan, "GET", "http://localhost:8080/x?key=1");
    assertThat(yes.reachable()).isTrue();
    assertThat(yes.secrets().getFirst().injected()).isTrue();
    assertThat(yes.address().text()).isEqualTo("http://localhost:8080/x?…");
  }

  @Test
  void namesAreDialledWhereTheUserSays() {
    GatewayPlan plan =
        plan(
            OPENAI,
            "[gateway]\nprivate_hosts=['http://localhost:8080']\n"
                + "connect={ 'api.example.test:443' = '127.0.0.1:8443' }\n",
            GatewayPlan.Flags.NONE);
    assertThat(plan.connectTo())
        .isEqualTo(
            Map.of(
                Authority.parse("api.example.test:443", 443),
                new InetSocketAddress("127.0.0.1", 8443)));
    assertThat(plan.privateHosts())
        .extracting(HostPattern::toString)
        .containsExactly("http://localhost:8080");
  }

  @Test
  void bindingsHoldTheValueAndTheChildItsPlaceholder() {
    GatewayPlan plan = plan(OPENAI);
    SortedMap<SecretName, SecretValue> values = new TreeMap<>();
    byte[] real =
        "sk-proj-CanaryCanaryCanaryCanaryCanaryCanary1234".getBytes(StandardCharsets.US_ASCII);
    values.put(NAME, SecretValue.owning(NAME.text(), real));
    Placeholders placeholders = plan.placeholders(values);
    assertThat(placeholders.of(NAME)).startsWith("sk-").doesNotContain("Canary");
    List<Binding> bindings = plan.bindings(values, placeholders);
    assertThat(bindings).hasSize(1);
    assertThat(bindings.getFirst().placeholder()).isEqualTo(placeholders.of(NAME));
    // The binding has a copy of its own, which outlives the caller's.
    values.get(NAME).close();
    assertThat(bindings.getFirst().real().length()).isEqualTo(real.length);
  }

  @Test
  void aValueThatOrdinaryTextIsFullOfIsRefused() {
    SortedMap<SecretName, SecretValue> values = new TreeMap<>();
    values.put(NAME, SecretValue.owning(NAME.text(), "test".getBytes(StandardCharsets.US_ASCII)));
    assertThatThrownBy(() -> plan(OPENAI).placeholders(values))
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> {
              assertThat(e.code()).isEqualTo(784);
              assertThat(e.what()).contains("OPENAI_API_KEY");
            });
  }

  @Test
  void whatIsNoUrlIsWrongUsage() {
    for (String url :
        List.of(
            "ftp://x.test/", "https://u:p@x.test/", "https://", "https://x_y/", "https://x/ y")) {
      assertThatThrownBy(() -> WebAddress.parse(url))
          .as(url)
          .isInstanceOfSatisfying(
              PaleException.class,
              e -> {
                assertThat(e.code()).isEqualTo(787);
                assertThat(e.isUsage()).isTrue();
              });
    }
    assertThat(WebAddress.parse("api.x.test").text()).isEqualTo("https://api.x.test/");
    assertThat(WebAddress.parse("https://[2001:db8::1]/a#b").text())
        .isEqualTo("https://[2001:db8::1]/a");
  }
}
