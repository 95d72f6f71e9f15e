package dev.pale.providers.http;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Several requests at once. */
public final class Parallel {
  private static final int MOST = 8;

  private Parallel() {}

  /**
   * Does something with each item, at most eight at a time on virtual threads, and returns when all
   * have ended. When the caller is interrupted, so are they.
   *
   * @throws RuntimeException the first that one of them threw, after all have ended
   */
  public static <T> void each(List<T> items, Consumer<? super T> work) {
    if (items.size() == 1) {
      work.accept(items.getFirst());
      return;
    }
    Semaphore places = new Semaphore(MOST);
    AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (T item : items) {
      threads.add(Thread.ofVirtual().start(() -> one(item, work, places, failure)));
    }
    boolean interrupted = false;
    for (Thread each : threads) {
      while (each.isAlive()) {
        try {
          each.join();
        } catch (InterruptedException e) {
          interrupted = true;
          threads.forEach(Thread::interrupt);
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    RuntimeException first = failure.get();
    if (first != null) {
      throw first;
    }
  }

  private static <T> void one(
      T item,
      Consumer<? super T> work,
      Semaphore places,
      AtomicReference<@Nullable RuntimeException> failure) {
    places.acquireUninterruptibly();
    try {
      work.accept(item);
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    } finally {
      places.release();
    }
  }
}
