package dev.pale.gateway.policy;

import dev.pale.gateway.refusal.Refusal;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts the requests of one session: in all, and of each rule with a limit. A rate is exact: in no
 * 60 seconds more than the rule says.
 *
 * <p>Thread-safe. Memory: eight bytes for each request a minute that a rule allows.
 */
public final class Budget {
  private static final long MINUTE_NANOS = 60_000_000_000L;
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final LongSupplier nanos;
  private final long sessionRequests;
  private final IdentityHashMap<Rule, Counter> counters = new IdentityHashMap<>();
  private long spent;

  /**
   * A budget that is not touched yet.
   *
   * @param policy whose limits are kept
   * @param nanos a clock that only moves forward: {@code System::nanoTime}
   */
  public Budget(Policy policy, LongSupplier nanos) {
    this.nanos = nanos;
    sessionRequests = policy.sessionRequests();
    for (Rule rule : policy.rules()) {
      if (rule.isLimited()) {
        counters.put(rule, new Counter(rule));
      }
    }
  }

  /**
   * Counts a request, against all limits or, when one of them is used up, against none.
   *
   * @param verdict of the same policy
   * @throws Refusal 429 {@code budget-spent} or {@code rate-limited}; the latter's mend starts with
   *     {@code retry after N seconds}
   */
  public void spend(Verdict verdict) {
    if (sessionRequests < 0 && verdict.limits().isEmpty()) {
      return;
    }
    spend(verdict.limits(), nanos.getAsLong());
  }

  private synchronized void spend(List<Rule> limits, long now) {
    if (sessionRequests >= 0 && spent >= sessionRequests) {
      throw spentUp("this session has made its " + sessionRequests + " requests");
    }
    for (int i = 0; i < limits.size(); i++) {
      counter(limits.get(i)).check(now);
    }
    for (int i = 0; i < limits.size(); i++) {
      counter(limits.get(i)).count(now);
    }
    spent++;
  }

  private Counter counter(Rule rule) {
    Counter counter = counters.get(rule);
    if (counter == null) {
      throw new IllegalArgumentException("a verdict of another policy");
    }
    return counter;
  }

  private static Refusal spentUp(String why) {
    return Refusal.of(
        429,
        "budget-spent",
        why,
        "the owner can raise session_requests in pale.toml; a new session starts at nought");
  }

  private static final class Counter {
    private final Rule rule;

    /** When the last requests were, in a ring; null without a rate. */
    private final long @Nullable [] times;

    private long count;

    Counter(Rule rule) {
      this.rule = rule;
      times = rule.requestsPerMinute() > 0 ? new long[rule.requestsPerMinute()] : null;
    }

    void check(long now) {
      if (rule.sessionRequests() >= 0 && count >= rule.sessionRequests()) {
        throw spentUp(
            "the rule '"
                + rule.name()
                + "' allows "
                + rule.sessionRequests()
                + " requests a session");
      }
      if (rule.requestsPerMinute() == 0) {
        throw limited(60);
      }
      if (times != null && count >= times.length) {
        long wait = times[(int) (count % times.length)] + MINUTE_NANOS - now;
        if (wait > 0) {
          throw limited((wait + SECOND_NANOS - 1) / SECOND_NANOS);
        }
      }
    }

    private Refusal limited(long seconds) {
      return Refusal.of(
          429,
          "rate-limited",
          "the rule '"
              + rule.name()
              + "' allows "
              + rule.requestsPerMinute()
              + " requests a minute",
          "retry after " + seconds + " seconds");
    }

    void count(long now) {
      if (times != null) {
        times[(int) (count % times.length)] = now;
      }
      count++;
    }
  }
}
