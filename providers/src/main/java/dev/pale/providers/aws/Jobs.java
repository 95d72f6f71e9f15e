package dev.pale.providers.aws;

import dev.pale.secrets.PaleException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Requests side by side, four at most: AWS counts them by the second. */
final class Jobs {
  private static final int AT_ONCE = 4;

  private Jobs() {}

  /** So many at a time, in order. */
  static <T> List<List<T>> batches(List<T> all, int size) {
    List<List<T>> batches = new ArrayList<>();
    for (int from = 0; from < all.size(); from += size) {
      batches.add(all.subList(from, Math.min(all.size(), from + size)));
    }
    return batches;
  }

  /**
   * Does all jobs, or fails with what the first of them threw after the others have ended.
   *
   * @param wipe what is done with results that nobody gets
   */
  static <T> List<T> all(List<Supplier<T>> jobs, Consumer<T> wipe) {
    if (jobs.size() == 1) {
      return List.of(jobs.getFirst().get());
    }
    Semaphore places = new Semaphore(AT_ONCE);
    List<Future<T>> running = new ArrayList<>();
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    List<T> results = new ArrayList<>();
    RuntimeException failure = null;
    try {
      for (Supplier<T> job : jobs) {
        running.add(
            threads.submit(() -> {
              places.acquire();
              try {
                return job.get();
              } finally {
                places.release();
              }
            }));
      }
      for (Future<T> each : running) {
        try {
          results.add(each.get());
        } catch (ExecutionException e) {
          if (failure == null) {
            failure = e.getCause() instanceof RuntimeException own ? own : broken(e.getCause());
            threads.shutdownNow();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = PaleException.of(603, "the requests to AWS were given up", "", "");
    } finally {
      threads.shutdownNow();
    }
    if (failure != null) {
      results.forEach(wipe);
      throw failure;
    }
    return results;
  }

  private static RuntimeException broken(@org.jspecify.annotations.Nullable Throwable cause) {
    return new IllegalStateException("a request to AWS broke off", cause);
  }
}
