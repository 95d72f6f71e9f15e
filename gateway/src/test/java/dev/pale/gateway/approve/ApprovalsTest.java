package dev.pale.gateway.approve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.pale.gateway.refusal.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ApprovalsTest {
  private static final Duration AT_ONCE = Duration.ofMillis(1);
  private static final Duration LONG = Duration.ofSeconds(50);
  private static final Duration EXPIRY = Duration.ofMinutes(5);

  private final AtomicLong clock = new AtomicLong();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  private Approvals approvals(Duration wait) {
    return new Approvals(wait, EXPIRY, 4, clock::get);
  }

  private static CanonicalRequest request(String target) {
    CanonicalRequest p = CanonicalRequestTest.payment();
    return new CanonicalRequest(
        p.session(),
        p.method(),
        p.authority(),
        target,
        p.secrets(),
        p.contentType(),
        p.bodySha256(),
        p.bodyBytes(),
        p.rule(),
        p.fieldsSha256());
  }

  /** {@code ok}, or the refusal's code. */
  private static String outcome(Approvals approvals, CanonicalRequest request) {
    try {
      approvals.require(request);
      return "ok";
    } catch (Refusal refusal) {
      assertThat(refusal.status()).isEqualTo(refusal.code().equals("approval-denied") ? 403 : 503);
      return refusal.code();
    }
  }

  private Future<String> start(Approvals approvals, CanonicalRequest request) {
    return threads.submit((Callable<String>) () -> outcome(approvals, request));
  }

  private static Pending only(Approvals approvals, int waiting) {
    await()
        .until(() ->
            approvals.pending().size() == 1 && approvals.pending().getFirst().waiting() == waiting);
    return approvals.pending().getFirst();
  }

  @Test
  void an_answer_lets_it_through() throws Exception {
    Approvals approvals = approvals(LONG);
    Future<Approval> waiting =
        threads.submit((Callable<Approval>) () -> approvals.require(request("/a")));
    Pending pending = only(approvals, 1);
    assertThat(pending.request()).isEqualTo(request("/a"));
    assertThat(pending.id()).matches("[0-9a-f]{16}");
    assertThat(approvals.answer(pending.id(), true, "anna")).isTrue();
    assertThat(waiting.get(5, TimeUnit.SECONDS)).isEqualTo(new Approval(pending.id(), "anna"));
    assertThat(approvals.pending()).isEmpty();
    assertThat(approvals.answer(pending.id(), true, "anna")).isFalse();
  }

  @Test
  void nobody_answers() {
    Approvals approvals = approvals(AT_ONCE);
    Refusal refusal = catchThrowableOfType(Refusal.class, () -> approvals.require(request("/a")));
    assertThat(refusal.code()).isEqualTo("approval-pending");
    assertThat(refusal.mend()).startsWith("retry after 5 seconds");
    assertThat(approvals.pending()).hasSize(1);
  }

  @Test
  void an_answer_that_comes_later_lets_the_identical_request_through_once() {
    Approvals approvals = approvals(AT_ONCE);
    assertThat(outcome(approvals, request("/a"))).isEqualTo("approval-pending");
    String id = approvals.pending().getFirst().id();
    assertThat(approvals.answer(id, true, "anna")).isTrue();
    assertThat(outcome(approvals, request("/b"))).isEqualTo("approval-pending");
    assertThat(outcome(approvals, request("/a"))).isEqualTo("ok");
    assertThat(outcome(approvals, request("/a"))).isEqualTo("approval-pending");
    assertThat(approvals.pending()).extracting(Pending::id).hasSize(2).doesNotContain(id);
  }

  @Test
  void an_approval_is_used_within_the_expiry_or_not_at_all() {
    Approvals approvals = approvals(AT_ONCE);
    outcome(approvals, request("/a"));
    approvals.answer(approvals.pending().getFirst().id(), true, "");
    clock.addAndGet(EXPIRY.toNanos() - 1);
    assertThat(outcome(approvals, request("/a"))).isEqualTo("ok");
    outcome(approvals, request("/a"));
    approvals.answer(approvals.pending().getFirst().id(), true, "");
    clock.addAndGet(EXPIRY.toNanos());
    assertThat(outcome(approvals, request("/a"))).isEqualTo("approval-pending");
  }

  @Test
  void a_denial_holds_for_the_expiry_and_for_that_request_alone() {
    Approvals approvals = approvals(AT_ONCE);
    outcome(approvals, request("/a"));
    assertThat(approvals.answer(approvals.pending().getFirst().id(), false, "anna")).isTrue();
    assertThat(outcome(approvals, request("/a"))).isEqualTo("approval-denied");
    assertThat(outcome(approvals, request("/a"))).isEqualTo("approval-denied");
    assertThat(approvals.pending()).isEmpty();
    assertThat(outcome(approvals, request("/b"))).isEqualTo("approval-pending");
    clock.addAndGet(EXPIRY.toNanos());
    assertThat(outcome(approvals, request("/a"))).isEqualTo("approval-pending");
  }

  @Test
  void a_question_that_nobody_answers_or_repeats_ends() {
    Approvals approvals = approvals(AT_ONCE);
    outcome(approvals, request("/a"));
    String id = approvals.pending().getFirst().id();
    clock.addAndGet(EXPIRY.toNanos() - 1);
    outcome(approvals, request("/a"));
    clock.addAndGet(EXPIRY.toNanos() - 1);
    assertThat(approvals.pending()).extracting(Pending::id).containsExactly(id);
    clock.addAndGet(1);
    assertThat(approvals.answer(id, true, "")).isFalse();
    assertThat(approvals.pending()).isEmpty();
  }

  @Test
  void identical_requests_join_one_question_and_one_of_them_passes() throws Exception {
    Approvals approvals = approvals(LONG);
    List<Future<String>> waiting = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      waiting.add(start(approvals, request("/a")));
    }
    Pending pending = only(approvals, 5);
    assertThat(pending.display()).contains("waiting 5 identical requests");
    approvals.answer(pending.id(), true, "");
    List<String> outcomes = new ArrayList<>();
    for (Future<String> each : waiting) {
      outcomes.add(each.get(5, TimeUnit.SECONDS));
    }
    assertThat(outcomes)
        .containsExactlyInAnyOrder(
            "ok", "approval-pending", "approval-pending", "approval-pending", "approval-pending");
  }

  @Test
  void a_denial_answers_everybody_who_waits() throws Exception {
    Approvals approvals = approvals(LONG);
    Future<String> one = start(approvals, request("/a"));
    Future<String> two = start(approvals, request("/a"));
    approvals.answer(only(approvals, 2).id(), false, "");
    assertThat(one.get(5, TimeUnit.SECONDS)).isEqualTo("approval-denied");
    assertThat(two.get(5, TimeUnit.SECONDS)).isEqualTo("approval-denied");
  }

  @Test
  void there_are_so_many_questions_and_no_more() {
    Approvals approvals = approvals(AT_ONCE);
    for (int i = 0; i < 4; i++) {
      assertThat(outcome(approvals, request("/" + i))).isEqualTo("approval-pending");
    }
    assertThat(outcome(approvals, request("/5"))).isEqualTo("approval-busy");
    assertThat(outcome(approvals, request("/1"))).isEqualTo("approval-pending");
    approvals.answer(approvals.pending().getFirst().id(), false, "");
    assertThat(outcome(approvals, request("/5"))).isEqualTo("approval-pending");
  }

  @Test
  void closing_denies_what_waits_what_was_approved_and_what_comes() throws Exception {
    Approvals approvals = approvals(LONG);
    Future<String> one = start(approvals, request("/a"));
    only(approvals, 1);
    approvals.close();
    assertThat(one.get(5, TimeUnit.SECONDS)).isEqualTo("approval-denied");
    assertThat(outcome(approvals, request("/a"))).isEqualTo("approval-denied");
    assertThat(approvals.pending()).isEmpty();

    Approvals approved = approvals(AT_ONCE);
    outcome(approved, request("/a"));
    approved.answer(approved.pending().getFirst().id(), true, "");
    approved.close();
    assertThat(outcome(approved, request("/a"))).isEqualTo("approval-denied");
  }

  @Test
  void a_waiting_thread_can_be_interrupted() throws Exception {
    Approvals approvals = approvals(LONG);
    Future<Boolean> waiting =
        threads.submit(() -> {
          String outcome = outcome(approvals, request("/a"));
          return outcome.equals("approval-pending") && Thread.currentThread().isInterrupted();
        });
    only(approvals, 1);
    Thread.sleep(20);
    threads.shutdownNow();
    assertThat(waiting.get(5, TimeUnit.SECONDS)).isTrue();
    assertThat(approvals.pending().getFirst().waiting()).isZero();
  }

  @Test
  void answers_and_timeouts_at_the_same_moment_lose_nothing_and_let_nothing_through_twice()
      throws Exception {
    for (int round = 0; round < 300; round++) {
      Approvals approvals = approvals(Duration.ofMillis(2));
      CanonicalRequest request = request("/" + round);
      List<Future<String>> waiting = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        waiting.add(start(approvals, request));
      }
      await().pollInterval(Duration.ofNanos(100_000)).until(() -> !approvals.pending().isEmpty());
      String id = approvals.pending().getFirst().id();
      Thread.sleep(Duration.ofNanos(2_000_000 - round * 5_000L));
      boolean answered = approvals.answer(id, true, "");
      int passed = 0;
      for (Future<String> each : waiting) {
        String outcome = each.get(5, TimeUnit.SECONDS);
        assertThat(outcome).isIn("ok", "approval-pending");
        passed += outcome.equals("ok") ? 1 : 0;
      }
      // What was approved and not used yet is there for the next one, and for one only.
      passed += outcome(approvals, request).equals("ok") ? 1 : 0;
      passed += outcome(approvals, request).equals("ok") ? 1 : 0;
      assertThat(answered).isTrue();
      assertThat(passed).as("round %d", round).isEqualTo(1);
    }
  }

  @Test
  void changes_can_be_waited_for() throws Exception {
    Approvals approvals = approvals(AT_ONCE);
    Approvals.Snapshot empty = approvals.awaitChange(-1, LONG);
    assertThat(empty.pending()).isEmpty();
    assertThat(approvals.awaitChange(empty.version(), AT_ONCE)).isEqualTo(empty);
    Future<Approvals.Snapshot> next =
        threads.submit(() -> approvals.awaitChange(empty.version(), LONG));
    outcome(approvals, request("/a"));
    Approvals.Snapshot one = next.get(5, TimeUnit.SECONDS);
    assertThat(one.pending()).hasSize(1);
    Future<Approvals.Snapshot> after =
        threads.submit(() -> approvals.awaitChange(one.version(), LONG));
    approvals.answer(one.pending().getFirst().id(), false, "");
    assertThat(after.get(5, TimeUnit.SECONDS).pending()).isEmpty();
    Approvals closing = approvals(AT_ONCE);
    Future<Approvals.Snapshot> last = threads.submit(() -> closing.awaitChange(0, LONG));
    closing.close();
    assertThat(last.get(5, TimeUnit.SECONDS).pending()).isEmpty();
  }

  @Test
  void unknown_ids_answer_nothing() {
    Approvals approvals = approvals(AT_ONCE);
    outcome(approvals, request("/a"));
    for (String id : List.of("", "0", "0000000000000000", request("/a").hash())) {
      assertThat(approvals.answer(id, true, "x")).isFalse();
    }
    assertThatThrownBy(() -> approvals.require(request("/a"))).isInstanceOf(Refusal.class);
  }
}
