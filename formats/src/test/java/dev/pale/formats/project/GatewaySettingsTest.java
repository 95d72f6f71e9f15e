package dev.pale.formats.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewaySettingsTest {
  @Test
  void readsWhatASecretSaysToTheGateway() {
    ProjectFile file =
        parse(
            """
            [secrets.OPENAI_API_KEY]
            deliver = "gateway"
            hosts = ["api.openai.com", "http://localhost:8080", "[2001:db8::1]:8443", "**.x.test"]
            service = "openai"
            slots = ["scheme:Bearer"]
            preset = "read-only"
            placeholder = "openai"
            when_absent = false
            shared_hosts = true
            plain_http = true
            [secrets.PLAIN]
            deliver = "gateway"
            """);
    GatewaySecret secret = file.gatewaySecret(file.secrets().getFirst());
    assertThat(secret)
        .isEqualTo(
            new GatewaySecret(
                "openai",
                List.of("scheme:Bearer"),
                "read-only",
                "openai",
                Optional.of(false),
                true,
                true,
                Map.of(
                    "deliver",
                    2,
                    "hosts",
                    3,
                    "service",
                    4,
                    "slots",
                    5,
                    "preset",
                    6,
                    "placeholder",
                    7,
                    "when_absent",
                    8,
                    "shared_hosts",
                    9,
                    "plain_http",
                    10)));
    assertThat(secret.line("slots", 1)).isEqualTo(5);
    assertThat(secret.line("nothing", 1)).isEqualTo(1);
    assertThat(file.gatewaySecret(file.secrets().getLast()))
        .isEqualTo(
            new GatewaySecret(
                "", List.of(), "", "", Optional.empty(), false, false, Map.of("deliver", 12)));
  }

  @Test
  void readsThePolicyOfAProject() {
    ProjectFile file =
        parse(
            """
            [gateway]
            mode = "observe"
            session_requests = 10000

            [[gateway.rules]]
            name = "read acme"
            hosts = ["api.github.com"]
            methods = ["GET", "HEAD"]
            paths = ["/repos/acme/**"]
            action = "allow"
            max_body_bytes = 1048576
            requests_per_minute = 60
            session_requests = 500

            [[gateway.rules]]
            hosts = ["*.example.com:8443"]
            action = "deny"
            """);
    ProjectGateway gateway = file.gateway();
    assertThat(gateway.observe()).isTrue();
    assertThat(gateway.sessionRequests()).isEqualTo(10_000);
    assertThat(gateway.rules())
        .containsExactly(
            new GatewayRule(
                "read acme",
                "allow",
                List.of("api.github.com"),
                List.of("GET", "HEAD"),
                List.of("/repos/acme/**"),
                1_048_576,
                60,
                500,
                "pale.toml",
                5),
            new GatewayRule(
                "pale.toml line 15",
                "deny",
                List.of("*.example.com:8443"),
                List.of(),
                List.of(),
                -1,
                -1,
                -1,
                "pale.toml",
                15));
    assertThat(ProjectFile.empty().gateway()).isEqualTo(new ProjectGateway(false, -1, List.of()));
  }

  @Test
  void readsTheUsersSettings() {
    UserGateway gateway =
        UserConfig.parse(
                bytes(
                    """
                    [gateway]
                    private_hosts = ["http://localhost:8080"]
                    upstream_proxy = "http://proxy.corp:3128"
                    upstream_proxy_secret = "team/dev/PROXY_LOGIN"
                    upstream_ca = ["/etc/corp/ca.pem"]
                    approve_seconds = 20
                    keep_logs_days = 7
                    [gateway.connect]
                    "api.example.test:443" = "127.0.0.1:8443"
                    [[gateway.rules]]
                    hosts = ["pastebin.com"]
                    action = "deny"
                    """))
            .gatewaySettings();
    assertThat(gateway.privateHosts()).containsExactly("http://localhost:8080");
    assertThat(gateway.upstreamProxy()).contains("http://proxy.corp:3128");
    assertThat(gateway.upstreamProxySecret()).contains("team/dev/PROXY_LOGIN");
    assertThat(gateway.upstreamCa()).containsExactly("/etc/corp/ca.pem");
    assertThat(gateway.approveSeconds()).isEqualTo(20);
    assertThat(gateway.keepLogsDays()).isEqualTo(7);
    assertThat(gateway.connect()).isEqualTo(Map.of("api.example.test:443", "127.0.0.1:8443"));
    assertThat(gateway.rules()).extracting(GatewayRule::source).containsExactly("config.toml");
    UserGateway otherwise = UserConfig.defaults().gatewaySettings();
    assertThat(otherwise.approveSeconds()).isEqualTo(45);
    assertThat(otherwise.keepLogsDays()).isEqualTo(30);
    assertThat(otherwise.rules()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "[secrets.A]<LF>service = 'canary'                    | 413 | deliver = \"gateway\"",
        "[secrets.A]<LF>shared_host = true                    | 411 | did you mean 'shared_hosts'?",
        "[secrets.A]<LF>slots = 'x'<LF>deliver = 'gateway'    | 412 | a list of strings",
        "[secrets.A]<LF>slots = ['']<LF>deliver = 'gateway'   | 413 | slots such as",
        "[secrets.A]<LF>preset = 1<LF>deliver = 'gateway'     | 412 | a string",
        "[secrets.A]<LF>service = 'Open Canary'<LF>deliver = 'gateway' | 413 | small letters",
        "[secrets.A]<LF>when_absent = 'no'<LF>deliver = 'gateway' | 412 | true or false",
        "[secrets.A]<LF>hosts = ['http://x.test']<LF>deliver = 'gateway' | 413 | plain_http",
        "[secrets.A]<LF>hosts = ['x.*.test']                  | 413 | host names",
        "[secrets.A]<LF>hosts = ['*']                         | 413 | host names",
        "[secrets.A]<LF>hosts = ['[x]']                       | 413 | host names",
        "[secrets.A]<LF>hosts = ['user@x.test']               | 413 | host names",
        "[gateway]<LF>mod = 'enforce'                         | 411 | did you mean 'mode'?",
        "[gateway]<LF>mode = 'off'                            | 413 | one of: enforce, observe",
        "[gateway]<LF>session_requests = 0                    | 413 | from 1",
        "[gateway]<LF>rules = [1]                             | 412 | a list of tables",
        "[gateway]<LF>rules = {}                              | 412 | a list of tables",
        "[gateway]<LF>[gateway.connect]                       | 411 | known: mode",
        "#<LF>[[gateway.rules]]<LF>action = 'deny'            | 413 | at least one host",
        "#<LF>[[gateway.rules]]<LF>hosts = ['x.test']         | 413 | action = \"allow\"",
        "[[gateway.rules]]<LF>host = ['x.test']               | 411 | did you mean 'hosts'?",
        "[[gateway.rules]]<LF>action = 'drop'                 | 413 | one of: allow, deny, approve",
      })
  void refusesWhatIsWrongAndNamesTheLine(String text, int code, String why) {
    refused("# head\n" + text.replace("<LF>", "\n"), "pale.toml line 3", code, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "methods = ['get']            | 413 | in capital letters",
        "methods = ['G T']            | 413 | in capital letters",
        "paths = ['repos']            | 413 | begin with /",
        "name = ''                    | 413 | a few words",
        "max_body_bytes = -1          | 413 | from 0",
        "requests_per_minute = 0      | 413 | from 1",
        "session_requests = 1.5       | 412 | a whole number",
      })
  void refusesWrongRules(String line, int code, String why) {
    refused(
        "[[gateway.rules]]\nhosts = ['x.test']\n" + line + "\naction = 'allow'\n",
        "pale.toml line 3",
        code,
        why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "private_host = ['x.test']                      | 411 | did you mean 'private_hosts'?",
        "mode = 'observe'                               | 411 | known:",
        "upstream_proxy = 'http://u:canary@p.test:3128' | 413 | upstream_proxy_secret",
        "upstream_proxy = 'p.test:3128'                 | 413 | http://host:port",
        "upstream_proxy = 'http://p.test'               | 413 | http://host:port",
        "upstream_proxy = 'http://p.test:99999'         | 413 | http://host:port",
        "upstream_proxy_secret = 'PROXY'                | 413 | PROJECT/ENV/NAME",
        "upstream_ca = ['ca.pem']                       | 413 | full paths",
        "approve_seconds = 0                            | 413 | from 1",
        "keep_logs_days = 0                             | 413 | from 1",
        "connect = { 'x.test' = '127.0.0.1:1' }         | 413 | both in full",
        "connect = { 'x.test:443' = '127.0.0.1' }       | 413 | both in full",
      })
  void refusesWrongSettingsOfTheUser(String line, int code, String why) {
    assertThatThrownBy(() -> UserConfig.parse(bytes("[gateway]\n" + line + "\n")))
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.what()).contains("config.toml line 2");
              assertThat(e.why()).contains(why);
              assertThat(e.what() + e.why() + e.mend()).doesNotContain("canary");
            });
  }

  private static final String SECRET = "[secrets.OPENAI_API_KEY]\ndeliver='gateway'\n";
  private static final String RULE = "[[gateway.rules]]\nhosts=['x.test']\naction=";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "hosts=['api.openai.com']        | secrets.OPENAI_API_KEY.hosts        | 3",
        "service='evil'                  | secrets.OPENAI_API_KEY.service      | 5",
        "service='open'                  | secrets.OPENAI_API_KEY.service      | 5",
        "slots=['any-header']            | secrets.OPENAI_API_KEY.slots        | 5",
        "when_absent=true                | secrets.OPENAI_API_KEY.when_absent  | 5",
        "shared_hosts=true               | secrets.OPENAI_API_KEY.shared_hosts | 5",
        "plain_http=true                 | secrets.OPENAI_API_KEY.plain_http   | 5",
      })
  void whatDecidesWhereAValueGoesNeedsTrust(String line, String key, int at) {
    List<NeedsTrust> asked =
        parse("project='a'\n#\n" + SECRET + line + "\n").needsTrust(UserConfig.defaults());
    assertThat(asked).extracting(NeedsTrust::key).containsExactly(key);
    assertThat(asked.getFirst().line()).isEqualTo(at);
    assertThat(asked.getFirst().why()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"allow", "approve"})
  void rulesThatLetOutAndObservingNeedTrust(String action) {
    List<NeedsTrust> asked =
        parse("[gateway]\nmode='observe'\n" + RULE + "'" + action + "'\n")
            .needsTrust(UserConfig.defaults());
    assertThat(asked).extracting(NeedsTrust::key).containsExactly("gateway.mode", "gateway.rules");
    assertThat(asked).extracting(NeedsTrust::line).containsExactly(2, 3);
    assertThat(asked.getLast().why()).contains("x.test");
  }

  @Test
  void whatOnlyNarrowsNeedsNoTrust() {
    String narrow =
        "service='openai'\npreset='read-only'\nplaceholder='openai'\n"
            + "when_absent=false\nshared_hosts=false\nplain_http=false\n"
            + "[secrets.HUGGING_FACE_TOKEN]\ndeliver='gateway'\nservice='huggingface'\n"
            + "[gateway]\nmode='enforce'\nsession_requests=5\n";
    assertThat(parse(SECRET).needsTrust(UserConfig.defaults())).isEmpty();
    assertThat(parse(SECRET + narrow + RULE + "'deny'\n").needsTrust(UserConfig.defaults()))
        .isEmpty();
  }

  private static void refused(String text, String line, int code, String why) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.what()).contains(line);
              assertThat(e.why()).contains(why);
              assertThat(e.what() + e.why() + e.mend()).doesNotContain("canary");
              assertThat(e.mend()).isNotEmpty();
            });
  }

  private static ProjectFile parse(String text) {
    return ProjectFile.parse(bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
