package dev.pale.providers.bearer;

import dev.pale.secrets.PaleException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Some requests at once. */
public final class Together {
  private static final int AT_ONCE = 8;

  private Together() {}

  /**
   * One result for each key, at most eight under way. After a failure none is started any more.
   *
   * @param wipe what becomes of the results when one of them throws
   * @throws PaleException the first that {@code work} throws; the others end first
   */
  public static <K, V> Map<K, V> map(Collection<K> keys, Function<K, V> work, Consumer<V> wipe) {
    Map<K, V> results = new LinkedHashMap<>();
    Map<K, Future<V>> started = new LinkedHashMap<>();
    Semaphore places = new Semaphore(AT_ONCE);
    List<RuntimeException> failures = new ArrayList<>();
    AtomicReference<@Nullable RuntimeException> first = new AtomicReference<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (K key : keys) {
        started.put(key, threads.submit(() -> one(places, first, work, key)));
      }
      for (Map.Entry<K, Future<V>> each : started.entrySet()) {
        try {
          results.put(each.getKey(), each.getValue().get());
        } catch (ExecutionException e) {
          failures.add(
              e.getCause() instanceof RuntimeException cause
                  ? cause
                  : new IllegalStateException(e.getCause()));
        } catch (InterruptedException e) {
          threads.shutdownNow();
          Thread.currentThread().interrupt();
          failures.add(PaleException.of(603, "the requests were given up", "", ""));
          break;
        }
      }
    }
    if (!failures.isEmpty()) {
      results.values().forEach(wipe);
      throw failures.getFirst();
    }
    return results;
  }

  private static <K, V> V one(
      Semaphore places,
      AtomicReference<@Nullable RuntimeException> first,
      Function<K, V> work,
      K key)
      throws InterruptedException {
    places.acquire();
    try {
      RuntimeException before = first.get();
      if (before != null) {
        throw before;
      }
      return work.apply(key);
    } catch (RuntimeException e) {
      first.compareAndSet(null, e);
      throw e;
    } finally {
      places.release();
    }
  }
}
