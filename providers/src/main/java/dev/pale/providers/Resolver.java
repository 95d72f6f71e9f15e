package dev.pale.providers;

import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads many references from many stores at once: all of them, or none and one error that lists
 * every failure.
 *
 * <p>Stores are asked in parallel, each once with all of its references. A store is opened when the
 * first reference needs it and stays open until {@link #close()}. Thread-safe.
 */
public final class Resolver implements AutoCloseable {
  /** The default bound of one {@link #resolve}. */
  public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(60);

  private static final int MOST_LISTED = 50;

  private final Function<String, Provider> stores;
  private final Duration limit;
  private final Map<String, Provider> open = new HashMap<>();
  private boolean closed;

  /**
   * A resolver.
   *
   * @param stores opens the store of a scheme, which then belongs to this; throws 600 for a scheme
   *     that is no store's
   * @param limit of the time of one call
   */
  public Resolver(Function<String, Provider> stores, Duration limit) {
    this.stores = stores;
    this.limit = limit;
  }

  /**
   * The values of references.
   *
   * @param references in any order; those that are there twice are asked for once
   * @return a value for each distinct reference, in their order; the caller closes them
   * @throws PaleException 610, which lists each reference that could not be read and why
   */
  public SortedMap<Reference, SecretValue> resolve(Collection<Reference> references) {
    SortedMap<Reference, SecretValue> values = new TreeMap<>();
    SortedMap<Reference, PaleException> failures = new TreeMap<>();
    outcomes(references)
        .forEach((reference, outcome) -> {
          switch (outcome) {
            case Outcome.Found(SecretValue value) -> values.put(reference, value);
            case Outcome.Missing(String why) ->
                failures.put(reference, PaleException.of(615, "it is not there", why, ""));
            case Outcome.Failed(PaleException failure) -> failures.put(reference, failure);
          }
        });
    if (!failures.isEmpty()) {
      values.values().forEach(SecretValue::close);
      throw failed(failures, values.size() + failures.size());
    }
    return values;
  }

  /**
   * What became of each reference, for a caller that can do without some.
   *
   * @param references in any order; those that are there twice are asked for once
   * @return an outcome for each distinct reference; the caller closes the values
   */
  public SortedMap<Reference, Outcome> outcomes(Collection<Reference> references) {
    SortedMap<String, List<Reference>> byScheme = new TreeMap<>();
    for (Reference each : new LinkedHashSet<>(references)) {
      byScheme.computeIfAbsent(each.scheme(), scheme -> new ArrayList<>()).add(each);
    }
    List<Asking> askings = new ArrayList<>();
    byScheme.forEach((scheme, some) -> askings.add(new Asking(scheme, some)));
    long end = System.nanoTime() + limit.toNanos();
    for (Asking each : askings) {
      each.start();
    }
    SortedMap<Reference, Outcome> outcomes = new TreeMap<>();
    for (Asking each : askings) {
      each.await(end);
      each.collect(outcomes);
    }
    return outcomes;
  }

  private Provider provider(String scheme) {
    synchronized (open) {
      if (closed) {
        throw new IllegalStateException("closed");
      }
      Provider there = open.get(scheme);
      if (there == null) {
        there = stores.apply(scheme);
        open.put(scheme, there);
      }
      return there;
    }
  }

  private static PaleException failed(SortedMap<Reference, PaleException> failures, int all) {
    StringBuilder why = new StringBuilder();
    LinkedHashSet<String> mends = new LinkedHashSet<>();
    int listed = 0;
    for (Map.Entry<Reference, PaleException> each : failures.entrySet()) {
      PaleException failure = each.getValue();
      if (!failure.mend().isEmpty()) {
        mends.add(failure.mend());
      }
      if (listed++ >= MOST_LISTED) {
        continue;
      }
      why.append(why.isEmpty() ? "" : "\n")
          .append(each.getKey().text())
          .append(": ")
          .append(failure.what())
          .append(failure.why().isEmpty() ? "" : ": " + failure.why())
          .append(" [")
          .append(failure.codeText())
          .append(']');
    }
    if (listed > MOST_LISTED) {
      why.append("\nand ").append(listed - MOST_LISTED).append(" more");
    }
    return PaleException.of(
        610,
        all == 1
            ? "the reference could not be read"
            : failures.size() + " of " + all + " references could not be read",
        why.toString(),
        String.join("; ", mends.stream().limit(3).toList()));
  }

  /** Forgets the stores. Values that were handed out live on. Never throws. */
  @Override
  public void close() {
    List<Provider> all;
    synchronized (open) {
      closed = true;
      all = new ArrayList<>(open.values());
      open.clear();
    }
    all.forEach(Provider::close);
  }

  /** One store, asked in a thread of its own. */
  private final class Asking {
    private final String scheme;
    private final List<Reference> references;
    private final Thread thread;
    private Map<Reference, Outcome> outcomes = Map.of();
    private @org.jspecify.annotations.Nullable PaleException failure;
    private boolean over;

    Asking(String scheme, List<Reference> references) {
      this.scheme = scheme;
      this.references = references;
      this.thread = Thread.ofVirtual().name("store " + scheme).unstarted(this::ask);
    }

    void start() {
      thread.start();
    }

    private void ask() {
      Map<Reference, Outcome> answer = Map.of();
      PaleException failed = null;
      try {
        answer = provider(scheme).read(Collections.unmodifiableList(references));
      } catch (PaleException e) {
        failed = e;
      } catch (RuntimeException | StackOverflowError e) {
        // Its text is not ours: it may quote anything. Its kind is enough to find the place.
        failed = inside(e.getClass().getSimpleName());
      }
      keep(answer, failed);
    }

    private synchronized void keep(
        Map<Reference, Outcome> answer, @org.jspecify.annotations.Nullable PaleException failed) {
      if (over) {
        answer.values().forEach(Asking::wipe);
        return;
      }
      outcomes = answer;
      failure = failed;
      over = true;
    }

    void await(long end) {
      try {
        if (thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      synchronized (this) {
        if (!over) {
          over = true;
          failure =
              PaleException.of(
                  603,
                  "the store did not answer in time",
                  "waited " + limit.toSeconds() + " s",
                  "try again; pale provider test " + scheme);
        }
      }
      thread.interrupt();
    }

    @SuppressWarnings("ReferenceEquality") // The very outcome that was taken over.
    synchronized void collect(SortedMap<Reference, Outcome> all) {
      PaleException whole = failure;
      for (Reference each : references) {
        Outcome one = whole == null ? outcomes.get(each) : new Outcome.Failed(whole);
        all.put(each, one == null ? new Outcome.Failed(inside("no outcome")) : one);
      }
      // What a provider gave beyond what it was asked for belongs to nobody.
      outcomes.forEach((reference, outcome) -> {
        if (all.get(reference) != outcome) {
          wipe(outcome);
        }
      });
    }

    private static void wipe(Outcome outcome) {
      if (outcome instanceof Outcome.Found found) {
        found.value().close();
      }
    }

    private PaleException inside(String kind) {
      return PaleException.of(
          900, "an error inside Pale", "store " + scheme + ": " + kind, "report it");
    }
  }
}
