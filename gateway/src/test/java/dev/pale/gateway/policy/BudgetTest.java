package dev.pale.gateway.policy;

import static dev.pale.gateway.policy.PolicyTest.API;
import static dev.pale.gateway.policy.PolicyTest.request;
import static dev.pale.gateway.policy.PolicyTest.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pale.gateway.refusal.Refusal;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BudgetTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 30 * SECOND);

  private static Verdict verdict(Policy policy, String path) {
    return policy.decide(API, true, request("GET", path));
  }

  private static boolean isSpent(Budget budget, Verdict verdict) {
    try {
      budget.spend(verdict);
      return true;
    } catch (Refusal refusal) {
      assertThat(refusal.status()).isEqualTo(429);
      return false;
    }
  }

  @Test
  void a_session_has_so_many_requests() {
    Policy policy =
        new Policy(Mode.ENFORCE, List.of(), List.of(rule(Action.ALLOW, List.of(), List.of())), 2);
    Budget budget = new Budget(policy, clock::get);
    Verdict verdict = verdict(policy, "/");
    budget.spend(verdict);
    budget.spend(verdict);
    Refusal refusal = catchThrowableOfType(Refusal.class, () -> budget.spend(verdict));
    assertThat(refusal.code()).isEqualTo("budget-spent");
    assertThat(refusal.mend()).contains("session_requests");
  }

  @Test
  void a_rate_holds_in_every_minute_and_not_only_from_minute_to_minute() {
    Policy policy = PolicyTest.enforce(rule("r", Action.ALLOW, List.of(), List.of(), -1, 3, -1));
    Budget budget = new Budget(policy, clock::get);
    Verdict verdict = verdict(policy, "/");
    budget.spend(verdict);
    clock.addAndGet(50 * SECOND); // past the overflow of the clock, too
    budget.spend(verdict);
    budget.spend(verdict);
    Refusal refusal = catchThrowableOfType(Refusal.class, () -> budget.spend(verdict));
    assertThat(refusal.code()).isEqualTo("rate-limited");
    assertThat(refusal.mend()).isEqualTo("retry after 10 seconds");
    clock.addAndGet(10 * SECOND);
    assertThat(isSpent(budget, verdict)).isTrue();
    assertThat(isSpent(budget, verdict)).isFalse();
    clock.addAndGet(50 * SECOND - 1);
    assertThat(isSpent(budget, verdict)).isFalse();
    clock.addAndGet(1);
    assertThat(isSpent(budget, verdict)).isTrue();
    assertThat(isSpent(budget, verdict)).isTrue();
    assertThat(isSpent(budget, verdict)).isFalse();
  }

  @Test
  void nought_a_minute_is_none() {
    Policy policy = PolicyTest.enforce(rule("r", Action.ALLOW, List.of(), List.of(), -1, 0, -1));
    Budget budget = new Budget(policy, clock::get);
    assertThat(isSpent(budget, verdict(policy, "/"))).isFalse();
  }

  @Test
  void a_request_that_one_limit_stops_costs_the_others_nothing() {
    Policy policy =
        new Policy(
            Mode.ENFORCE,
            List.of(),
            List.of(
                rule("wide", Action.ALLOW, List.of(), List.of(), -1, -1, 3),
                rule("narrow", Action.ALLOW, List.of(), List.of("/x"), -1, -1, 1)),
            4);
    Budget budget = new Budget(policy, clock::get);
    assertThat(isSpent(budget, verdict(policy, "/x"))).isTrue();
    for (int i = 0; i < 5; i++) {
      assertThat(isSpent(budget, verdict(policy, "/x"))).isFalse();
    }
    assertThat(isSpent(budget, verdict(policy, "/y"))).isTrue();
    assertThat(isSpent(budget, verdict(policy, "/y"))).isTrue();
    assertThat(isSpent(budget, verdict(policy, "/y"))).isFalse();
  }

  @Test
  void many_at_once_get_exactly_what_there_is() throws Exception {
    Policy policy =
        PolicyTest.enforce(rule("r", Action.ALLOW, List.of(), List.of(), -1, -1, 300_000));
    Budget budget = new Budget(policy, clock::get);
    Verdict verdict = verdict(policy, "/");
    AtomicInteger spent = new AtomicInteger();
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        threads.submit(() -> {
          start.await();
          for (int j = 0; j < 100_000; j++) {
            if (isSpent(budget, verdict)) {
              spent.incrementAndGet();
            }
          }
          return true;
        });
      }
      start.countDown();
    }
    assertThat(spent).hasValue(300_000);
  }

  @Test
  void a_verdict_of_another_policy_is_a_mistake() {
    Rule limited = rule("r", Action.ALLOW, List.of(), List.of(), -1, 1, -1);
    Policy policy = PolicyTest.enforce(limited);
    Policy other = PolicyTest.enforce(rule("r", Action.ALLOW, List.of(), List.of(), -1, 1, -1));
    Budget budget = new Budget(policy, clock::get);
    assertThatThrownBy(() -> budget.spend(verdict(other, "/")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
