package dev.pale.gateway.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pale.gateway.http.Framing;
import dev.pale.gateway.http.Headers;
import dev.pale.gateway.http.RequestHead;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.name.HostPattern;
import dev.pale.gateway.placeholder.Shapes;
import dev.pale.gateway.policy.Mode;
import dev.pale.gateway.policy.Policy;
import dev.pale.gateway.policy.Rule;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceCatalogueTest {
  private static final ServiceCatalogue BUILT_IN = ServiceCatalogue.builtIn();

  @TempDir Path folder;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void every_built_in_file_is_read_and_says_what_it_must() {
    List<Service> all = BUILT_IN.all();
    assertThat(all).hasSizeGreaterThan(120);
    Map<String, String> names = new HashMap<>();
    for (Service each : all) {
      assertThat(each.title()).as(each.id()).isNotEmpty();
      assertThat(each.slots()).as(each.id()).isNotEmpty().doesNotHaveDuplicates();
      assertThat(each.hosts()).as(each.id()).doesNotHaveDuplicates();
      assertThat(each.needsHosts()).as(each.id()).isEqualTo(each.note().startsWith("Name "));
      for (HostPattern host : each.hosts()) {
        assertThat(host.isWildcard()).as(each.id()).isFalse();
        if (!each.id().equals("github-raw")) {
          assertThat(host.sharedBy()).as(each.id() + " " + host).isEmpty();
        }
      }
      if (!each.shape().isEmpty()) {
        assertThat(Shapes.named(each.shape())).as(each.id() + " " + each.shape()).isPresent();
      }
      for (String name : each.names()) {
        assertThat(SecretName.isValid(name)).as(name).isTrue();
        assertThat(names.put(name, each.id())).as(name + " of " + each.id()).isNull();
        assertThat(BUILT_IN.bySecretName(name)).contains(each);
      }
      for (Service companion : BUILT_IN.withCompanions(each.id())) {
        assertThat(all).contains(companion);
      }
      for (Slot slot : each.slots()) {
        assertThat(ServiceCatalogue.parseSlot(slot.text())).isEqualTo(slot);
      }
    }
  }

  @Test
  void the_index_tells_what_the_files_do() throws IOException {
    StringBuilder expected = new StringBuilder();
    for (Service each : BUILT_IN.all()) {
      expected.append(each.id());
      for (String name : each.names()) {
        expected.append(' ').append(name);
      }
      expected.append('\n');
    }
    try (InputStream in = ServiceCatalogue.class.getResourceAsStream("index.txt")) {
      assertThat(in).isNotNull();
      assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII))
          .isEqualTo(expected.toString());
    }
    Path files = Path.of("src/main/resources/dev/pale/gateway/service");
    if (Files.isDirectory(files)) {
      try (var found = Files.list(files)) {
        assertThat(found.filter(file -> file.toString().endsWith(".toml")).count())
            .isEqualTo(BUILT_IN.all().size());
      }
    }
  }

  @Test
  void the_services_that_are_asked_for_are_there() {
    for (String id :
        List.of(
            "anthropic",
            "openai",
            "github",
            "github-git",
            "gitlab",
            "gemini",
            "stripe",
            "slack",
            "linear",
            "notion",
            "jira",
            "sentry",
            "datadog",
            "datadog-app",
            "cloudflare",
            "vercel",
            "supabase",
            "npm",
            "pypi",
            "docker",
            "twilio",
            "telegram",
            "openrouter",
            "huggingface",
            "discord")) {
      assertThat(BUILT_IN.byId(id)).as(id).isPresent();
    }
    assertThat(BUILT_IN.bySecretName("OPENAI_API_KEY").orElseThrow().id()).isEqualTo("openai");
    assertThat(BUILT_IN.bySecretName("NOBODYS_KEY")).isEmpty();
    assertThat(BUILT_IN.byId("nothing")).isEmpty();
    assertThat(BUILT_IN.withCompanions("github"))
        .extracting(Service::id)
        .containsExactly("github", "github-git");
    assertThat(BUILT_IN.byId("supabase").orElseThrow().slots().get(0))
        .isInstanceOf(Slot.Together.class);
  }

  private static boolean allows(List<Rule> rules, String host, String method, String target) {
    Policy policy = new Policy(Mode.ENFORCE, List.of(), rules, -1);
    RequestHead head =
        new RequestHead(
            method,
            RequestHead.Form.ORIGIN,
            target,
            1,
            new Headers().add("Host", host),
            Framing.NONE);
    try {
      Authority authority = Authority.parse(host, 443);
      policy.admit(authority, true);
      policy.decide(authority, true, head);
      return true;
    } catch (Refusal refusal) {
      return false;
    }
  }

  @Test
  void read_only_of_github_clones_and_does_not_push() {
    List<Rule> rules = new ArrayList<>();
    for (Service each : BUILT_IN.withCompanions("github")) {
      rules.addAll(each.presets().get("read-only"));
    }
    assertThat(allows(rules, "api.github.com", "GET", "/repos/a/b")).isTrue();
    assertThat(allows(rules, "api.github.com", "POST", "/graphql")).isFalse();
    assertThat(allows(rules, "api.github.com", "DELETE", "/repos/a/b")).isFalse();
    assertThat(allows(rules, "uploads.github.com", "POST", "/repos/a/b/releases/1/assets"))
        .isFalse();
    assertThat(allows(rules, "github.com", "GET", "/a/b.git/info/refs?service=git-upload-pack"))
        .isTrue();
    assertThat(allows(rules, "github.com", "POST", "/a/b.git/git-upload-pack")).isTrue();
    assertThat(allows(rules, "github.com", "POST", "/a/b.git/git-receive-pack")).isFalse();
    assertThat(allows(rules, "github.com", "POST", "/a/git-upload-pack/git-receive-pack"))
        .isFalse();
    assertThat(allows(rules, "github.com", "POST", "/a/b/issues")).isFalse();
  }

  @Test
  void a_tenants_service_gets_its_hosts_and_rules_from_the_user() {
    Service jira = BUILT_IN.byId("jira").orElseThrow();
    assertThat(jira.needsHosts()).isTrue();
    assertThat(jira.presets()).isEmpty();
    Service acme = BUILT_IN.withHosts("jira", List.of(HostPattern.parse("acme.atlassian.net")));
    assertThat(acme.hosts()).containsExactly(HostPattern.parse("acme.atlassian.net"));
    assertThat(allows(acme.presets().get("read-only"), "acme.atlassian.net", "GET", "/rest"))
        .isTrue();
    assertThat(allows(acme.presets().get("read-only"), "other.atlassian.net", "GET", "/rest"))
        .isFalse();
    assertThatThrownBy(() -> BUILT_IN.withHosts("nothing", List.of()))
        .isInstanceOf(PaleException.class);
  }

  @Test
  void the_users_files_add_replace_and_extend() throws IOException {
    write(
        "acme.toml",
        """
        title = "Acme"
        hosts = ["api.acme.example", "http://localhost:8080"]
        slots = ["header:X-Acme-Key", "query:key"]
        shape = "hex"
        names = ["ACME_KEY", "OPENAI_API_KEY"]
        when_absent = true
        note = "ours"

        [[presets.careful]]
        action = "approve"
        methods = ["POST"]
        paths = ["/pay/**"]
        max_body_bytes = 1000
        requests_per_minute = 3
        session_requests = 10
        """);
    write("my-jira.toml", "extends = \"jira\"\nhosts = [\"acme.atlassian.net\"]\n");
    write("slack.toml", "extends = \"slack\"\nslots = [\"scheme:Bearer\"]\n");
    write("not-a-service.txt", "?");
    ServiceCatalogue catalogue = BUILT_IN.withFolder(folder);
    Service acme = catalogue.byId("acme").orElseThrow();
    assertThat(acme.slots()).containsExactly(new Slot.Header("x-acme-key"), new Slot.Query("key"));
    assertThat(acme.whenAbsent()).isTrue();
    Rule rule = acme.presets().get("careful").get(0);
    assertThat(rule.name()).isEqualTo("acme:careful");
    assertThat(rule.hosts()).isEqualTo(acme.hosts());
    assertThat(rule.maxBodyBytes()).isEqualTo(1000);
    assertThat(rule.requestsPerMinute()).isEqualTo(3);
    assertThat(rule.sessionRequests()).isEqualTo(10);
    assertThat(catalogue.bySecretName("OPENAI_API_KEY")).contains(acme);
    Service jira = catalogue.byId("my-jira").orElseThrow();
    assertThat(jira.slots()).isEqualTo(BUILT_IN.byId("jira").orElseThrow().slots());
    assertThat(jira.presets()).containsKey("read-only");
    assertThat(catalogue.byId("slack").orElseThrow().slots())
        .containsExactly(new Slot.Scheme("Bearer"));
    assertThat(catalogue.all()).hasSize(BUILT_IN.all().size() + 2);
    assertThat(BUILT_IN.withFolder(folder.resolve("absent")).all()).isEqualTo(BUILT_IN.all());
  }

  private void error(int code, String place, String text) throws IOException {
    Path file = write("bad.toml", text);
    PaleException e = catchThrowableOfType(PaleException.class, () -> BUILT_IN.withFolder(folder));
    assertThat(e).as(text).isNotNull();
    assertThat(e.code()).as(text + " " + e.what() + e.why()).isEqualTo(code);
    assertThat(e.what() + e.why()).as(text).contains(file.toString()).contains(place);
  }

  @Test
  void mistakes_are_told_with_file_and_line() throws IOException {
    String good = "hosts = [\"a.example\"]\nslots = [\"scheme:Bearer\"]\n";
    error(721, "line 3", good + "host = \"x\"\n");
    error(720, "line 1", "hosts = \"a.example\"\nslots = [\"scheme:Bearer\"]\n");
    error(720, "line 1", "hosts = [\"a_b.example/\"]\nslots = [\"scheme:Bearer\"]\n");
    error(722, "line 2", "hosts = [\"a.example\"]\nslots = [\"cookie:x\"]\n");
    error(720, "slots", "hosts = [\"a.example\"]\n");
    error(720, "line 3", good + "when_absent = \"yes\"\n");
    error(720, "line 3", good + "title = 3\n");
    error(724, "line 1", "extends = \"nothing\"\n");
    error(724, "line 1", "extends = \"bad\"\n");
    error(720, "line 3", good + "[[presets.x]]\nmethods = [\"GET\"]\n");
    error(720, "line 5", good + "[[presets.x]]\naction = \"allow\"\nmax_body_bytes = -4\n");
    error(720, "line 5", good + "[[presets.x]]\naction = \"allow\"\npaths = [\"x\"]\n");
    error(721, "line 5", good + "[[presets.x]]\naction = \"allow\"\npath = [\"/x\"]\n");
    error(720, "line 3", good + "[[presets.x]]\naction = \"allow\"\nmethods = [\"get\"]\n");
    error(410, "", "hosts = [");
    Files.delete(folder.resolve("bad.toml"));
    write("Bad Name.toml", good);
    assertThatThrownBy(() -> BUILT_IN.withFolder(folder))
        .satisfies(e -> assertThat(((PaleException) e).code()).isEqualTo(725));
  }

  @Test
  void a_circle_of_extensions_ends() throws IOException {
    write("one.toml", "extends = \"two\"\n");
    write("two.toml", "extends = \"one\"\n");
    assertThatThrownBy(() -> BUILT_IN.withFolder(folder))
        .satisfies(e -> assertThat(((PaleException) e).code()).isEqualTo(724));
  }

  @Test
  void slots_are_read_strictly() {
    for (String good :
        List.of(
            "header:x-api-key",
            "scheme:Bearer",
            "basic:user",
            "basic:password",
            "query:key",
            "path:0:bot",
            "path:3",
            "json:/a/0/b~1c",
            "form:token",
            "websocket",
            "header:apikey + scheme:Bearer")) {
      assertThat(ServiceCatalogue.parseSlot(good).text()).isEqualTo(good);
    }
    for (String bad :
        List.of(
            "",
            "header",
            "header:",
            "header:a b",
            "header:a\r\nb",
            "scheme:",
            "basic",
            "basic:x",
            "query:",
            "path:",
            "path:x",
            "path:-1",
            "path:0:a/b",
            "path:0:",
            "json:a",
            "json:/~2",
            "json:/a~",
            "form:",
            "websocket:x",
            "cookie:a",
            "header:a + ",
            "header:a + b")) {
      assertThatThrownBy(() -> ServiceCatalogue.parseSlot(bad))
          .as(bad)
          .isInstanceOf(PaleException.class)
          .satisfies(e -> assertThat(((PaleException) e).code()).isEqualTo(722));
    }
  }
}
