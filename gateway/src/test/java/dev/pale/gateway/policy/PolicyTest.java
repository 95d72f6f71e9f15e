package dev.pale.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pale.formats.toml.Toml;
import dev.pale.gateway.http.Framing;
import dev.pale.gateway.http.Headers;
import dev.pale.gateway.http.RequestHead;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.name.HostPattern;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {
  static final Authority API = Authority.parse("api.example.com:443", 0);
  static final Authority OTHER = Authority.parse("other.example.com:443", 0);

  static RequestHead request(String method, String target, String... fields) {
    Headers headers = new Headers().add("Host", "api.example.com");
    for (int i = 0; i < fields.length; i += 2) {
      headers.add(fields[i], fields[i + 1]);
    }
    return new RequestHead(method, RequestHead.Form.ORIGIN, target, 1, headers, Framing.NONE);
  }

  static Rule rule(Action action, List<String> methods, List<String> paths) {
    return rule(action.name(), action, methods, paths, -1, -1, -1);
  }

  static Rule rule(
      String name,
      Action action,
      List<String> methods,
      List<String> paths,
      long maxBodyBytes,
      int requestsPerMinute,
      long sessionRequests) {
    return new Rule(
        name,
        action,
        List.of(HostPattern.parse("api.example.com")),
        methods,
        paths.stream().map(PathPattern::parse).toList(),
        maxBodyBytes,
        requestsPerMinute,
        sessionRequests);
  }

  static Policy enforce(Rule... rules) {
    return new Policy(Mode.ENFORCE, List.of(), List.of(rules), -1);
  }

  private static String outcome(Policy policy, RequestHead head) {
    try {
      return switch (policy.decide(API, true, head)) {
        case Verdict.Allow allow -> "allow";
        case Verdict.Ask ask -> "ask";
      };
    } catch (Refusal refusal) {
      return refusal.code();
    }
  }

  @Test
  void deny_before_approve_before_allow_in_any_order() {
    Rule other = rule(Action.ALLOW, List.of("PUT"), List.of("/elsewhere"));
    for (int set = 0; set < 8; set++) {
      Set<Action> actions = EnumSet.noneOf(Action.class);
      List<Rule> rules = new ArrayList<>(List.of(other));
      for (Action action : Action.values()) {
        if ((set & 1 << action.ordinal()) != 0) {
          actions.add(action);
          rules.add(rule(action, List.of("GET"), List.of("/a/**")));
        }
      }
      String expected =
          actions.contains(Action.DENY)
              ? "request-not-allowed"
              : actions.contains(Action.APPROVE)
                  ? "ask"
                  : actions.contains(Action.ALLOW) ? "allow" : "request-not-allowed";
      for (int turn = 0; turn < rules.size(); turn++) {
        Collections.rotate(rules, 1);
        Policy policy = new Policy(Mode.ENFORCE, List.of(), rules, -1);
        assertThat(outcome(policy, request("GET", "/a/b"))).as("%s", rules).isEqualTo(expected);
        assertThat(outcome(policy, request("POST", "/a/b"))).isEqualTo("request-not-allowed");
        assertThat(outcome(policy, request("GET", "/b"))).isEqualTo("request-not-allowed");
      }
    }
  }

  @Test
  void hosts() {
    Policy policy =
        new Policy(
            Mode.ENFORCE,
            List.of(
                HostPattern.parse("free.example.com"),
                HostPattern.parse("http://free.example.com:80")),
            List.of(rule(Action.ALLOW, List.of(), List.of("/a"))),
            -1);
    Authority free = Authority.parse("free.example.com:443", 0);
    policy.admit(API, true);
    policy.admit(free, true);
    policy.admit(Authority.parse("free.example.com:80", 0), false);
    assertThat(policy.decide(free, true, request("DELETE", "/x")).rule()).isEqualTo("reachable");
    for (Authority each :
        List.of(
            OTHER,
            Authority.parse("api.example.com:8443", 0),
            Authority.parse("example.com:443", 0),
            Authority.parse("x.api.example.com:443", 0))) {
      assertThatThrownBy(() -> policy.admit(each, true)).isInstanceOf(Refusal.class);
      assertThatThrownBy(() -> policy.decide(each, true, request("GET", "/a")))
          .isInstanceOf(Refusal.class);
    }
    assertThatThrownBy(() -> policy.admit(API, false)).isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> policy.admit(free, false)).isInstanceOf(Refusal.class);
  }

  @Test
  void a_reachable_host_with_rules_is_ruled() {
    Policy policy =
        new Policy(
            Mode.ENFORCE,
            List.of(HostPattern.parse("api.example.com")),
            List.of(rule(Action.ALLOW, List.of("GET"), List.of())),
            -1);
    assertThat(outcome(policy, request("GET", "/x"))).isEqualTo("allow");
    assertThat(outcome(policy, request("POST", "/x"))).isEqualTo("request-not-allowed");
  }

  @Test
  void refusals_say_what_to_add_and_where() {
    Policy policy = enforce(rule(Action.DENY, List.of(), List.of("/admin")));
    Refusal host = catchThrowableOfType(Refusal.class, () -> policy.admit(OTHER, true));
    assertThat(host.status()).isEqualTo(403);
    assertThat(host.code()).isEqualTo("host-not-allowed");
    assertThat(host.mend())
        .isEqualTo("add hosts = [\"other.example.com\"] to [fence] in pale.toml, or ask the owner");
    Refusal plain =
        catchThrowableOfType(
            Refusal.class, () -> policy.admit(Authority.parse("other.example.com:8080", 0), false));
    assertThat(plain.mend()).contains("\"http://other.example.com:8080\"");
    Refusal request =
        catchThrowableOfType(
            Refusal.class, () -> policy.decide(API, true, request("PATCH", "/secret-path")));
    assertThat(request.code()).isEqualTo("request-not-allowed");
    assertThat(request.mend()).contains("api.example.com").contains("[[gateway.rules]]");
    assertThat(request.reason() + request.mend()).doesNotContain("secret-path");
    Refusal denied =
        catchThrowableOfType(
            Refusal.class, () -> policy.decide(API, true, request("GET", "/admin")));
    assertThat(denied.status()).isEqualTo(403);
    assertThat(denied.reason()).contains("DENY");
    assertThat(denied.isAlarm()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    // A rule for /public/** allows; one for /admin/** refuses.
    "/public/x, allow",
    "/public/x?y=/admin/, allow",
    "/public/x?y=../../admin, allow",
    "/admin/x, request-not-allowed",
    "/Admin/x, request-not-allowed",
    "/%61dmin/x, request-not-allowed",
    "/%2561dmin/x, request-not-allowed",
    "//admin/x, request-not-allowed",
    "//evil/admin/x, request-not-allowed",
    "/public//x, allow",
    "/public/..%2fadmin, ambiguous-path",
    "/public/../admin, ambiguous-path",
    "/public/%2e%2e/admin, ambiguous-path",
    "/public/%252e%252e/admin, ambiguous-path",
    "/public/..%5cadmin, ambiguous-path",
    "/public/..;/admin, ambiguous-path",
    "/public/%00/admin, ambiguous-path",
    "/public%2fx, request-not-allowed",
    "/public/a%2fb, allow",
    "/public;x/a, request-not-allowed",
    "/public/a;x, allow",
    "/admin;x/a, request-not-allowed",
    "/admin%3fx, request-not-allowed",
    "/admin./x, request-not-allowed",
    "/public%3f/x, request-not-allowed",
  })
  void path_tricks(String target, String expected) {
    Policy policy =
        enforce(
            rule(Action.ALLOW, List.of(), List.of("/public/**")),
            rule(Action.DENY, List.of(), List.of("/admin/**")));
    assertThat(outcome(policy, request("GET", target))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    // Everything is allowed but /admin/** and an upload, which is asked about.
    "/x, allow",
    "/admin/x, request-not-allowed",
    "/ADMIN/x, request-not-allowed",
    "/admin%2fx, request-not-allowed",
    "/admin%252fx, request-not-allowed",
    "//admin/x, request-not-allowed",
    "//host/admin/x, request-not-allowed",
    "/%2fhost/admin/x, request-not-allowed",
    "/admin;v=1/x, request-not-allowed",
    "/admin%3bv=1/x, request-not-allowed",
    "/%61dmin, request-not-allowed",
    "/%2561dmin, request-not-allowed",
    "/admin%23, request-not-allowed",
    "/admin%20/x, request-not-allowed",
    "/upload, ask",
    "/UpLoad/, ask",
    "/upload;x, ask",
  })
  void what_is_refused_cannot_be_written_otherwise(String target, String expected) {
    Policy policy =
        enforce(
            rule(Action.ALLOW, List.of(), List.of()),
            rule(Action.APPROVE, List.of(), List.of("/upload")),
            rule(Action.DENY, List.of(), List.of("/admin/**")));
    assertThat(outcome(policy, request("GET", target))).isEqualTo(expected);
  }

  @Test
  void npm_and_gitlab_paths_are_allowed_when_both_readings_are() {
    Policy one = enforce(rule(Action.ALLOW, List.of(), List.of("/@acme/**")));
    Policy both = enforce(rule(Action.ALLOW, List.of(), List.of("/@acme/**", "/@acme%2f*")));
    assertThat(outcome(one, request("GET", "/@acme%2fname"))).isEqualTo("request-not-allowed");
    assertThat(outcome(both, request("GET", "/@acme%2fname"))).isEqualTo("allow");
    assertThat(outcome(both, request("GET", "/@acme%2Fname"))).isEqualTo("allow");
    assertThat(outcome(both, request("GET", "/@evil%2fname"))).isEqualTo("request-not-allowed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-HTTP-Method-Override", "x-http-method", "X-METHOD-OVERRIDE"})
  void another_method_in_a_header_must_be_allowed_too(String header) {
    Policy policy =
        enforce(
            rule(Action.ALLOW, List.of("GET", "POST"), List.of()),
            rule(Action.APPROVE, List.of("GET"), List.of("/asked")));
    assertThat(outcome(policy, request("POST", "/a", header, "GET"))).isEqualTo("allow");
    assertThat(outcome(policy, request("POST", "/a", header, "delete")))
        .isEqualTo("request-not-allowed");
    assertThat(outcome(policy, request("POST", "/asked", header, "get"))).isEqualTo("ask");
  }

  @Test
  void a_second_override_header_counts_as_well() {
    Policy policy = enforce(rule(Action.ALLOW, List.of("GET", "POST"), List.of()));
    assertThat(
            outcome(
                policy,
                request("POST", "/a", "X-HTTP-Method-Override", "GET", "X-HTTP-Method", "DELETE")))
        .isEqualTo("request-not-allowed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Original-URL", "x-rewrite-url"})
  void another_path_in_a_header_is_refused_where_paths_are_ruled(String header) {
    assertThat(
            outcome(
                enforce(rule(Action.ALLOW, List.of(), List.of("/a"))),
                request("GET", "/a", header, "/admin")))
        .isEqualTo("ambiguous-path");
    assertThat(
            outcome(
                enforce(rule(Action.ALLOW, List.of(), List.of())),
                request("GET", "/a", header, "/admin")))
        .isEqualTo("allow");
  }

  @Test
  void methods_are_exact_to_allow_and_of_any_case_to_refuse() {
    Policy policy =
        enforce(
            rule(Action.ALLOW, List.of(), List.of("/any")),
            rule(Action.ALLOW, List.of("GET"), List.of("/get")),
            rule(Action.DENY, List.of("DELETE"), List.of()));
    assertThat(outcome(policy, request("get", "/get"))).isEqualTo("request-not-allowed");
    assertThat(outcome(policy, request("delete", "/any"))).isEqualTo("request-not-allowed");
    assertThat(outcome(policy, request("DeLeTe", "/any"))).isEqualTo("request-not-allowed");
  }

  @Test
  void the_limits_of_all_matching_rules_hold() {
    Policy policy =
        enforce(
            rule("all", Action.ALLOW, List.of(), List.of(), 1000, -1, -1),
            rule("chat", Action.ALLOW, List.of("POST"), List.of("/chat"), 100, 5, -1),
            rule("ask", Action.APPROVE, List.of(), List.of("/chat/x"), -1, -1, 7));
    Verdict plain = policy.decide(API, true, request("GET", "/x"));
    assertThat(plain).isEqualTo(new Verdict.Allow("all", 1000, List.of(), false));
    Verdict chat = policy.decide(API, true, request("POST", "/chat"));
    assertThat(chat.maxBodyBytes()).isEqualTo(100);
    assertThat(chat.limits()).extracting(Rule::name).containsExactly("chat");
    Verdict ask = policy.decide(API, true, request("POST", "/chat/x"));
    assertThat(ask).isInstanceOf(Verdict.Ask.class);
    assertThat(ask.rule()).isEqualTo("ask");
    assertThat(ask.maxBodyBytes()).isEqualTo(1000);
    assertThat(ask.limits()).extracting(Rule::name).containsExactly("ask");
  }

  @Test
  void rules_that_cannot_be_meant() {
    List<HostPattern> hosts = List.of(HostPattern.parse("a.example"));
    List<Runnable> wrong =
        List.of(
            () -> new Rule("r", Action.ALLOW, List.of(), List.of(), List.of(), -1, -1, -1),
            () -> new Rule("r", Action.ALLOW, hosts, List.of("get"), List.of(), -1, -1, -1),
            () -> new Rule("r", Action.ALLOW, hosts, List.of(""), List.of(), -1, -1, -1),
            () -> new Rule("r", Action.ALLOW, hosts, List.of(), List.of(), -2, -1, -1),
            () -> new Rule("r", Action.ALLOW, hosts, List.of(), List.of(), -1, -2, -1),
            () -> new Rule("r", Action.ALLOW, hosts, List.of(), List.of(), -1, 60_001, -1),
            () -> new Rule("r", Action.ALLOW, hosts, List.of(), List.of(), -1, -1, -2));
    for (Runnable each : wrong) {
      assertThatThrownBy(each::run)
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(711));
    }
  }

  private static Policy observing(Rule... rules) {
    return new Policy(Mode.OBSERVE, List.of(), List.of(rules), -1);
  }

  @Test
  void observing_lets_unknown_hosts_through_and_remembers_them() {
    Policy policy = observing(rule(Action.ALLOW, List.of("GET"), List.of()));
    policy.admit(OTHER, true);
    Verdict verdict = policy.decide(OTHER, true, request("GET", "/repos/acme/1?token=x"));
    assertThat(verdict).isEqualTo(new Verdict.Allow("observe", -1, List.of(), true));
    policy.decide(OTHER, true, request("GET", "/repos/other/deep/er"));
    policy.decide(
        OTHER, true, request("POST", "/bot123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/send"));
    policy.admit(Authority.parse("only.example.com:8080", 0), false);
    assertThat(policy.observed()).hasSize(2);
    Observed only = policy.observed().getFirst();
    assertThat(only.host()).hasToString("http://only.example.com:8080");
    assertThat(only.requests()).isZero();
    Observed other = policy.observed().getLast();
    assertThat(other.requests()).isEqualTo(3);
    assertThat(other.methods()).containsOnlyKeys("GET", "POST").containsEntry("GET", 2L);
    assertThat(other.paths())
        .extracting(PathPattern::toString)
        .containsExactly("/*/send", "/repos/acme/**", "/repos/other/**");
    // A path that climbs and a host with rules are as they always are.
    assertThatThrownBy(() -> policy.decide(OTHER, true, request("GET", "/../x")))
        .isInstanceOf(Refusal.class);
    assertThat(outcome(policy, request("POST", "/x"))).isEqualTo("request-not-allowed");
  }

  @Test
  void the_proposal_is_toml_that_allows_what_was_seen() {
    Policy policy = observing();
    Authority github = Authority.parse("abc.github.io:443", 0);
    policy.admit(OTHER, true);
    policy.decide(OTHER, true, request("GET", "/v1/x"));
    policy.decide(github, true, request("POST", "/"));
    assertThat(policy.proposal())
        .isEqualTo(
            """
            # Learned by observing. Take out what should not be, then put the rest into pale.toml.
            [fence]
            hosts = [
              "abc.github.io", # 1 POST
              "other.example.com", # 1 GET
            ]

            # Closer: a host that a rule names needs no place in [fence].
            #
            # [[gateway.rules]]
            # hosts = ["abc.github.io"]
            # methods = ["POST"]
            # paths = ["/"]
            # action = "allow"
            #
            # [[gateway.rules]]
            # hosts = ["other.example.com"]
            # methods = ["GET"]
            # paths = ["/v1/x"]
            # action = "allow"
            """);
    assertThat(Toml.parse(policy.proposal().getBytes(StandardCharsets.UTF_8), "p").get("fence"))
        .isPresent();
    assertThat(new Policy(Mode.OBSERVE, List.of(), List.of(), -1).proposal()).isEmpty();
  }

  @Test
  void what_is_learned_takes_bounded_memory() {
    Policy policy = observing();
    for (int i = 0; i < 3000; i++) {
      Authority host = Authority.parse("h" + i + "x.example.com:443", 0);
      policy.decide(host, true, request("M", "/a" + (char) ('a' + i % 26) + "/b"));
      policy.decide(
          OTHER,
          true,
          request(
              "M" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ".charAt(i % 26),
              "/" + "abcdefghij".charAt(i % 10) + "/" + "qrstuvw".charAt(i % 7)));
    }
    assertThat(policy.observed()).hasSize(Learned.MOST_HOSTS);
    Observed other = policy.observed().getLast();
    assertThat(other.requests()).isEqualTo(3000);
    assertThat(other.methods()).hasSizeLessThanOrEqualTo(13).containsKey("OTHER");
    assertThat(other.paths()).extracting(PathPattern::toString).containsExactly("/**");
    assertThat(policy.proposal()).contains("more hosts than are remembered");
  }

  @Test
  void nothing_a_client_writes_breaks_the_proposal() {
    Policy policy = observing();
    for (String path : List.of("/a%22%0ab", "/a%22]", "/\"]", "/a'b", "/x%5d", "/=", "/#")) {
      try {
        policy.decide(OTHER, true, request("GET", path));
      } catch (Refusal refused) {
        // As good: then nothing is learned of it.
      }
    }
    policy.decide(OTHER, true, request("a'|`~!#$%&*+^", "/x"));
    String uncommented =
        policy
            .proposal()
            .lines()
            .skip(1)
            .filter(line -> !line.startsWith("# Closer"))
            .map(line -> line.startsWith("#") ? line.substring(1) : line)
            .collect(Collectors.joining("\n"));
    byte[] toml = uncommented.getBytes(StandardCharsets.UTF_8);
    assertThat(Toml.parse(toml, "p").keys()).containsExactly("fence", "gateway");
  }
}
