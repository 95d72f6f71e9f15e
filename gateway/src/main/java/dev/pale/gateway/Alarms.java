package dev.pale.gateway;

import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Hands alarms to the audit log on a thread of its own, so that no request waits for it. An agent
 * that raises alarms over and over does not fill the log: after {@value #EACH} of one code the rest
 * is counted and told at the end; the request log has every one. Thread-safe.
 */
final class Alarms implements AutoCloseable {
  private static final int EACH = 200;
  private static final int WAITING = 256;
  private static final Alarm END = new Alarm("", "", "");

  private final Consumer<Alarm> sink;
  private final BlockingQueue<Alarm> queue = new ArrayBlockingQueue<>(WAITING);
  private final Map<String, Count> counts = new ConcurrentHashMap<>();
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final Thread thread;
  private volatile boolean closed;

  Alarms(Consumer<Alarm> sink) {
    this.sink = sink;
    this.thread = Thread.ofPlatform().daemon().name("alarms").start(this::deliver);
  }

  private static final class Count {
    private final Alarm first;
    private final AtomicLong seen = new AtomicLong();

    Count(Alarm first) {
      this.first = first;
    }
  }

  void raise(Alarm alarm) {
    // By kind and not by text, of which an agent can make as many as it likes.
    Count count =
        counts.computeIfAbsent(alarm.client() + " " + alarm.code(), key -> new Count(alarm));
    if (count.seen.incrementAndGet() <= EACH && !queue.offer(alarm)) {
      dropped.incrementAndGet();
    }
  }

  /** How many alarms the sink did not take. */
  long failed() {
    return failed.get();
  }

  private void deliver() {
    try {
      while (!closed || !queue.isEmpty()) {
        Alarm alarm = queue.poll(100, TimeUnit.MILLISECONDS);
        if (alarm != null && !alarm.code().isEmpty()) {
          tell(alarm);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(Alarm alarm) {
    try {
      sink.accept(alarm);
    } catch (RuntimeException e) {
      failed.incrementAndGet();
    }
  }

  /** Delivers what waits, then the counts of what was not told one by one. */
  @Override
  public void close() {
    closed = true;
    // Wakes the thread; when there is no room for it, it is awake.
    queue.offer(END);
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Count count : counts.values()) {
      long more = count.seen.get() - EACH;
      if (more > 0) {
        Alarm first = count.first;
        tell(new Alarm(first.client(), first.code(), more + " more, the first: " + first.text()));
      }
    }
    if (dropped.get() > 0) {
      tell(new Alarm("", "alarms-dropped", dropped.get() + " further alarms"));
    }
  }
}
