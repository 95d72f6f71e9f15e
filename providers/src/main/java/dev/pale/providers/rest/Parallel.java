package dev.pale.providers.rest;

import dev.pale.providers.spi.Outcome;
import dev.pale.secrets.Reference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** Reads several groups of references at once. */
public final class Parallel {
  private static final int AT_ONCE = 8;

  private Parallel() {}

  /**
   * Does one job for each group, at most eight at a time, and joins what they give.
   *
   * @throws RuntimeException what the first failing job threw, after all have ended; values that
   *     the others found are wiped
   */
  public static <G> Map<Reference, Outcome> read(
      Collection<G> groups, Function<G, Map<Reference, Outcome>> job) {
    Map<Reference, Outcome> result = new LinkedHashMap<>();
    if (groups.size() == 1) {
      groups.forEach(group -> result.putAll(job.apply(group)));
      return result;
    }
    Semaphore places = new Semaphore(AT_ONCE);
    List<Future<Map<Reference, Outcome>>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (G group : groups) {
        Callable<Map<Reference, Outcome>> task =
            () -> {
              places.acquire();
              try {
                return job.apply(group);
              } finally {
                places.release();
              }
            };
        running.add(threads.submit(task));
      }
    }
    RuntimeException failure = null;
    for (Future<Map<Reference, Outcome>> each : running) {
      try {
        result.putAll(each.get());
      } catch (ExecutionException e) {
        if (failure == null) {
          failure =
              e.getCause() instanceof RuntimeException known
                  ? known
                  : new IllegalStateException("a job failed", e.getCause());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        failure = new IllegalStateException("interrupted", e);
      }
    }
    if (failure != null) {
      wipe(result);
      throw failure;
    }
    return result;
  }

  private static void wipe(Map<Reference, Outcome> outcomes) {
    for (Outcome outcome : outcomes.values()) {
      if (outcome instanceof Outcome.Found found) {
        found.value().close();
      }
    }
  }
}
