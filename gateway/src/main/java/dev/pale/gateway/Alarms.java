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
 * that raises the same alarm over and over does not fill the log: after {@value #EACH} of one kind
 * the rest is counted and told at the end. Thread-safe.
 */
final class Alarms implements AutoCloseable {
  private static final int EACH = 20;
  private static final int WAITING = 256;

  private final Consumer<Alarm> sink;
  private final BlockingQueue<Alarm> queue = new ArrayBlockingQueue<>(WAITING);
  private final Map<Alarm, AtomicLong> counts = new ConcurrentHashMap<>();
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final Thread thread;
  private volatile boolean closed;

  Alarms(Consumer<Alarm> sink) {
    this.sink = sink;
    this.thread = Thread.ofPlatform().daemon().name("alarms").start(this::deliver);
  }

  void raise(Alarm alarm) {
    AtomicLong count =
        counts.size() < WAITING
            ? counts.computeIfAbsent(alarm, key -> new AtomicLong())
            : counts.getOrDefault(alarm, dropped);
    if (count.incrementAndGet() <= EACH && !queue.offer(alarm)) {
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
        if (alarm != null) {
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
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Map.Entry<Alarm, AtomicLong> entry : counts.entrySet()) {
      long more = entry.getValue().get() - EACH;
      if (more > 0) {
        Alarm alarm = entry.getKey();
        tell(new Alarm(alarm.client(), alarm.code(), alarm.text() + " (" + more + " more)"));
      }
    }
    if (dropped.get() > 0) {
      tell(new Alarm("", "alarms-dropped", dropped.get() + " further alarms"));
    }
  }
}
