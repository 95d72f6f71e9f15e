package dev.pale.gateway.approve;

import dev.pale.gateway.refusal.Refusal;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The questions that wait for the human, and the answers that were given.
 *
 * <h2>Security guarantees</h2>
 *
 * <ul>
 *   <li>An approval is for one request, bound to {@link CanonicalRequest#hash}, and lets it through
 *       once. Of identical requests that wait together one passes.
 *   <li>It is used within the expiry or not at all.
 *   <li>A denial holds for identical requests for as long as the expiry.
 *   <li>Without an answer nothing passes; {@link #close} denies everything.
 * </ul>
 *
 * <p>Thread-safe. {@link #require} blocks: call it on a virtual thread.
 */
public final class Approvals implements AutoCloseable {
  private static final int ID_BYTES = 8;
  private static final int LONGEST_WHO = 100;

  private final Duration wait;
  private final long expiryNanos;
  private final int mostPending;
  private final LongSupplier nanos;
  private final SecureRandom random = new SecureRandom();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** By hash of the request. */
  private final Map<String, Question> questions = new LinkedHashMap<>();

  private long version;
  private boolean closed;

  private enum State {
    OPEN,
    ALLOWED,
    DENIED
  }

  private static final class Question {
    private final String id;
    private final CanonicalRequest request;
    private final Condition answered;
    private final long askedAt;
    private long expiresAt;
    private State state = State.OPEN;
    private boolean used;
    private String who = "";
    private int waiting;

    Question(String id, CanonicalRequest request, Condition answered, long now) {
      this.id = id;
      this.request = request;
      this.answered = answered;
      askedAt = now;
    }
  }

  /**
   * No questions yet.
   *
   * @param wait how long {@link #require} waits before it asks to come again: below the time after
   *     which clients give up, 25 seconds or so
   * @param expiry how long a question stays open after it was asked last, an approval can be used,
   *     and a denial holds
   * @param mostPending the most open questions
   * @param nanos a clock that only moves forward: {@code System::nanoTime}
   */
  public Approvals(Duration wait, Duration expiry, int mostPending, LongSupplier nanos) {
    this.wait = wait;
    this.expiryNanos = expiry.toNanos();
    this.mostPending = mostPending;
    this.nanos = nanos;
  }

  /**
   * Waits until a human lets this very request through.
   *
   * @throws Refusal 503 {@code approval-pending} when nobody answered in time: the same request,
   *     sent again, joins the same question or uses the answer, and its mend starts with {@code
   *     retry after N seconds}; 403 {@code approval-denied}; 503 {@code approval-busy} when too
   *     many questions are open
   */
  public Approval require(CanonicalRequest request) {
    String hash = request.hash();
    lock.lock();
    try {
      Question question = join(hash, request);
      long left = wait.toNanos();
      question.waiting++;
      try {
        while (question.state == State.OPEN && left > 0) {
          left = question.answered.awaitNanos(left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw pendingStill("the wait for an answer was ended");
      } finally {
        question.waiting--;
      }
      return outcome(hash, question);
    } finally {
      lock.unlock();
    }
  }

  /** The open or answered question about this request, or a new one. */
  private Question join(String hash, CanonicalRequest request) {
    if (closed) {
      throw denied("the gateway is closing");
    }
    long now = nanos.getAsLong();
    dropExpired(now);
    Question question = questions.get(hash);
    if (question == null) {
      if (open() >= mostPending) {
        throw Refusal.of(
            503,
            "approval-busy",
            "too many requests wait for approval",
            "retry after 30 seconds, or ask the owner to answer what is pending");
      }
      question = new Question(newId(), request, lock.newCondition(), now);
      questions.put(hash, question);
      changed();
    }
    if (question.state == State.OPEN) {
      question.expiresAt = now + expiryNanos;
    }
    return question;
  }

  private Approval outcome(String hash, Question question) {
    return switch (question.state) {
      case OPEN -> throw pendingStill("nobody has answered yet");
      case DENIED -> throw denied(closed ? "the gateway is closing" : "the owner said no");
      case ALLOWED -> {
        if (question.used) {
          throw pendingStill("an identical request has used the one that was given");
        }
        if (question.expiresAt - nanos.getAsLong() <= 0) {
          throw pendingStill("the one that was given has expired");
        }
        question.used = true;
        questions.remove(hash, question);
        yield new Approval(question.id, question.who);
      }
    };
  }

  private Refusal pendingStill(String why) {
    return Refusal.of(
        503,
        "approval-pending",
        "this request needs the owner's approval, and " + why,
        "retry after 5 seconds with the same request, and ask the owner to answer pale's question");
  }

  private static Refusal denied(String why) {
    return Refusal.of(403, "approval-denied", "not approved: " + why, "ask the owner");
  }

  /** The open questions, oldest first. */
  public List<Pending> pending() {
    lock.lock();
    try {
      return snapshot();
    } finally {
      lock.unlock();
    }
  }

  private List<Pending> snapshot() {
    long now = nanos.getAsLong();
    dropExpired(now);
    List<Pending> pending = new ArrayList<>();
    for (Question question : questions.values()) {
      if (question.state == State.OPEN) {
        long age = (now - question.askedAt) / 1_000_000_000L;
        pending.add(new Pending(question.id, question.request, question.waiting, age));
      }
    }
    return List.copyOf(pending);
  }

  /**
   * The open questions, as soon as there is another set of them than the caller has seen.
   *
   * @param seen the version that the caller has; -1 for none
   * @param most how long to wait for a change
   */
  public Snapshot awaitChange(long seen, Duration most) throws InterruptedException {
    lock.lock();
    try {
      long left = most.toNanos();
      while (version == seen && !closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      List<Pending> pending = snapshot();
      return new Snapshot(version, pending);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The open questions at one time.
   *
   * @param version differs when questions came, were answered or expired
   * @param pending oldest first
   */
  public record Snapshot(long version, List<Pending> pending) {
    public Snapshot {
      pending = List.copyOf(pending);
    }
  }

  /**
   * Answers a question.
   *
   * @param id from {@link Pending#id}
   * @param who who answers, for the log; cut at {@value #LONGEST_WHO} characters
   * @return whether the question was open: false when it is unknown, answered or expired
   */
  public boolean answer(String id, boolean allow, String who) {
    lock.lock();
    try {
      long now = nanos.getAsLong();
      dropExpired(now);
      Question question = open(id);
      if (question == null) {
        return false;
      }
      question.state = allow ? State.ALLOWED : State.DENIED;
      question.who = who.substring(0, Math.min(LONGEST_WHO, who.length()));
      question.expiresAt = now + expiryNanos;
      question.answered.signalAll();
      changed();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Question open(String id) {
    for (Question question : questions.values()) {
      if (question.state == State.OPEN && question.id.equals(id)) {
        return question;
      }
    }
    return null;
  }

  private int open() {
    int open = 0;
    for (Question question : questions.values()) {
      if (question.state == State.OPEN) {
        open++;
      }
    }
    return open;
  }

  /** A question that somebody waits for is not dropped under them. */
  private void dropExpired(long now) {
    if (questions.values().removeIf(each -> each.waiting == 0 && each.expiresAt - now <= 0)) {
      changed();
    }
  }

  private void changed() {
    version++;
    changed.signalAll();
  }

  private String newId() {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  /** Denies what is open and everything that comes. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      for (Question question : questions.values()) {
        question.state = State.DENIED;
        question.answered.signalAll();
      }
      questions.clear();
      changed();
    } finally {
      lock.unlock();
    }
  }
}
