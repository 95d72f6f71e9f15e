package dev.pale.gateway.policy;

import dev.pale.gateway.http.Headers;
import dev.pale.gateway.http.RequestHead;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.name.HostPattern;
import dev.pale.gateway.refusal.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Which requests go on. Deny by default.
 *
 * <p>Begin with {@link #admit}, before a tunnel is answered, then {@link #decide} for each request
 * in it.
 *
 * <h2>Security guarantees</h2>
 *
 * <ul>
 *   <li>Among the rules that match, one that denies wins over one that asks, and that over one that
 *       allows; their order makes no difference. A host that some rule names, and a request that
 *       none matches: refused.
 *   <li>A path that servers may read in several ways (encoded slashes, doubled slashes, parameters,
 *       doubled encoding) is allowed when each reading is, refused when one is. A path that climbs
 *       is refused, whatever the rules.
 *   <li>So is a method: one that a header puts in the place of the real one ({@code
 *       X-HTTP-Method-Override}) must be allowed as well. A header that puts another path in place
 *       ({@code X-Original-URL}) is refused where rules look at paths.
 *   <li>A rule that denies or asks is met in any case of letters.
 * </ul>
 *
 * <p>Not provided: queries and bodies are not looked at; what a server does with a method or a path
 * is not known here.
 *
 * <p>Thread-safe.
 */
public final class Policy {
  private static final String REACHABLE = "reachable";
  private static final String OBSERVE = "observe";

  private final Mode mode;
  private final List<HostPattern> reachable;
  private final List<Rule> rules;
  private final long sessionRequests;
  private final Learned learned = new Learned();

  /**
   * A policy.
   *
   * @param reachable destinations that need no rule
   * @param rules in any order
   * @param sessionRequests the most requests in a session; -1 for no limit
   */
  public Policy(Mode mode, List<HostPattern> reachable, List<Rule> rules, long sessionRequests) {
    this.mode = mode;
    this.reachable = List.copyOf(reachable);
    this.rules = List.copyOf(rules);
    this.sessionRequests = sessionRequests;
  }

  /** The rules. */
  public List<Rule> rules() {
    return rules;
  }

  /** The most requests in a session; -1 for no limit. */
  public long sessionRequests() {
    return sessionRequests;
  }

  /**
   * Whether a destination may be spoken to at all.
   *
   * @throws Refusal 403 {@code host-not-allowed}
   */
  public void admit(Authority destination, boolean tls) {
    if (isNamed(destination, tls) || isReachable(destination, tls)) {
      return;
    }
    if (mode == Mode.OBSERVE) {
      learned.admitted(destination, tls);
      return;
    }
    throw notAllowed(destination, tls);
  }

  /**
   * What happens to a request.
   *
   * @param head in origin form
   * @throws Refusal 403 {@code host-not-allowed}, 403 {@code request-not-allowed}, 400 {@code
   *     ambiguous-path}
   */
  public Verdict decide(Authority destination, boolean tls, RequestHead head) {
    String path = head.path();
    List<String> readings = PathReadings.of(path);
    List<Rule> here = rulesFor(destination, tls);
    if (here.isEmpty()) {
      return decideWithoutRules(destination, tls, head, path);
    }
    refuseOtherPath(here, head.headers());
    Decision decision = new Decision();
    decide(destination, tls, here, head.method(), readings, decision);
    Headers headers = head.headers();
    for (int i = 0; i < headers.size(); i++) {
      if (isOtherMethod(headers, i)) {
        String other = headers.value(i).toUpperCase(Locale.ROOT);
        decide(destination, tls, here, other, readings, decision);
      }
    }
    return decision.verdict();
  }

  private Verdict decideWithoutRules(
      Authority destination, boolean tls, RequestHead head, String path) {
    if (isReachable(destination, tls)) {
      return new Verdict.Allow(REACHABLE, -1, List.of(), false);
    }
    if (mode == Mode.OBSERVE) {
      learned.request(destination, tls, head.method(), path);
      return new Verdict.Allow(OBSERVE, -1, List.of(), true);
    }
    throw notAllowed(destination, tls);
  }

  private static void decide(
      Authority destination,
      boolean tls,
      List<Rule> here,
      String method,
      List<String> readings,
      Decision decision) {
    for (int i = 0; i < readings.size(); i++) {
      decide(destination, tls, here, method, readings.get(i), decision);
    }
  }

  /** One method and one reading. */
  private static void decide(
      Authority destination,
      boolean tls,
      List<Rule> here,
      String method,
      String reading,
      Decision decision) {
    boolean matched = false;
    for (int i = 0; i < here.size(); i++) {
      Rule rule = here.get(i);
      if (!rule.matches(method, reading)) {
        continue;
      }
      matched = true;
      if (rule.action() == Action.DENY) {
        throw Refusal.of(
            403,
            "request-not-allowed",
            "the rule '" + rule.name() + "' refuses this request to " + destination,
            "the owner can change the rule in [[gateway.rules]] of pale.toml");
      }
      decision.add(rule);
    }
    if (!matched) {
      throw Refusal.of(
          403,
          "request-not-allowed",
          "no rule for " + destination + " allows this method and path",
          "add a rule with hosts = [\""
              + HostPattern.of(destination, tls)
              + "\"], this method, this path and action = \"allow\" to [[gateway.rules]] in"
              + " pale.toml, or ask the owner");
    }
  }

  /** What the matching rules add up to. */
  private static final class Decision {
    private final List<Rule> matched = new ArrayList<>(4);

    void add(Rule rule) {
      for (int i = 0; i < matched.size(); i++) {
        if (isSame(matched.get(i), rule)) {
          return;
        }
      }
      matched.add(rule);
    }

    @SuppressWarnings("ReferenceEquality") // both come from the policy's one list
    private static boolean isSame(Rule a, Rule b) {
      return a == b;
    }

    /** The limits of all of them hold, so that their order makes no difference. */
    Verdict verdict() {
      Rule decisive = matched.getFirst();
      long maxBodyBytes = -1;
      List<Rule> limits = List.of();
      for (int i = 0; i < matched.size(); i++) {
        Rule rule = matched.get(i);
        if (rule.action() == Action.APPROVE && decisive.action() != Action.APPROVE) {
          decisive = rule;
        }
        if (rule.maxBodyBytes() >= 0 && (maxBodyBytes < 0 || rule.maxBodyBytes() < maxBodyBytes)) {
          maxBodyBytes = rule.maxBodyBytes();
        }
        if (rule.isLimited()) {
          limits = limits.isEmpty() ? new ArrayList<>(2) : limits;
          limits.add(rule);
        }
      }
      return decisive.action() == Action.APPROVE
          ? new Verdict.Ask(decisive.name(), maxBodyBytes, limits)
          : new Verdict.Allow(decisive.name(), maxBodyBytes, limits, false);
    }
  }

  private static void refuseOtherPath(List<Rule> here, Headers headers) {
    for (int i = 0; i < headers.size(); i++) {
      int length = headers.name(i).length();
      if ((length == 14 && headers.is(i, "x-original-url"))
          || (length == 13 && headers.is(i, "x-rewrite-url"))) {
        for (int j = 0; j < here.size(); j++) {
          if (!here.get(j).paths().isEmpty()) {
            throw Refusal.of(
                400,
                "ambiguous-path",
                "a header names another path than the request",
                "send the request without " + headers.name(i).toLowerCase(Locale.ROOT));
          }
        }
      }
    }
  }

  /** Whether a lenient server takes the value for the method. */
  private static boolean isOtherMethod(Headers headers, int index) {
    int length = headers.name(index).length();
    return (length == 22 && headers.is(index, "x-http-method-override"))
        || (length == 17 && headers.is(index, "x-method-override"))
        || (length == 13 && headers.is(index, "x-http-method"));
  }

  private List<Rule> rulesFor(Authority destination, boolean tls) {
    List<Rule> here = List.of();
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      if (rule.names(destination, tls)) {
        here = here.isEmpty() ? new ArrayList<>(rules.size()) : here;
        here.add(rule);
      }
    }
    return here;
  }

  private boolean isNamed(Authority destination, boolean tls) {
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i).names(destination, tls)) {
        return true;
      }
    }
    return false;
  }

  private boolean isReachable(Authority destination, boolean tls) {
    for (int i = 0; i < reachable.size(); i++) {
      if (reachable.get(i).matches(destination, tls)) {
        return true;
      }
    }
    return false;
  }

  private static Refusal notAllowed(Authority destination, boolean tls) {
    return Refusal.of(
        403,
        "host-not-allowed",
        destination + (tls ? "" : " without TLS") + " is not in the policy",
        "add hosts = [\""
            + HostPattern.of(destination, tls)
            + "\"] to [fence] in pale.toml, or ask the owner");
  }

  /** What was learned in {@link Mode#OBSERVE}, by host; at most {@value Learned#MOST_HOSTS}. */
  public List<Observed> observed() {
    return learned.observed();
  }

  /**
   * What to add to pale.toml so that what was learned is allowed, as TOML; empty when nothing was
   * learned. It is a proposal: nothing of it is in force.
   */
  public String proposal() {
    return Proposal.of(learned.observed(), learned.isFull());
  }
}
