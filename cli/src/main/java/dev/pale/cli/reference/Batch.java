package dev.pale.cli.reference;

import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One store, asked once for all of its references, in a thread of its own. */
final class Batch {
  private final String scheme;
  private final Provider provider;
  private final List<Reference> references;
  private final Thread thread;
  private @Nullable Map<Reference, Outcome> answer;
  private boolean late;

  Batch(String scheme, Provider provider, List<Reference> references) {
    this.scheme = scheme;
    this.provider = provider;
    this.references = List.copyOf(references);
    this.thread = Thread.ofVirtual().name("store " + scheme).unstarted(this::ask);
  }

  void start() {
    thread.start();
  }

  private void ask() {
    Map<Reference, Outcome> read;
    try {
      read = provider.read(references);
    } catch (PaleException e) {
      read = all(e);
    } catch (RuntimeException | StackOverflowError e) {
      // Its text is not ours: it may quote anything.
      read = all(inside(e.getClass().getSimpleName()));
    }
    synchronized (this) {
      if (!late) {
        answer = read;
        return;
      }
    }
    read.values().forEach(Batch::wipe);
  }

  /**
   * One outcome for each reference; a store that is late has failed.
   *
   * @param end of the time, as {@link System#nanoTime}
   */
  Map<Reference, Outcome> await(long end) {
    try {
      thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Map<Reference, Outcome> read;
    synchronized (this) {
      late = true;
      read = answer;
    }
    if (read == null) {
      thread.interrupt();
      return all(
          PaleException.of(
              603,
              "the store did not answer in time",
              "",
              "try again; pale provider test " + scheme));
    }
    Map<Reference, Outcome> outcomes = new HashMap<>();
    for (Reference reference : references) {
      Outcome outcome = read.get(reference);
      outcomes.put(
          reference, outcome == null ? new Outcome.Failed(inside("no outcome")) : outcome);
    }
    read.forEach((reference, outcome) -> {
      // What a store gave beyond what it was asked for belongs to nobody.
      if (!outcomes.containsKey(reference)) {
        wipe(outcome);
      }
    });
    return outcomes;
  }

  private Map<Reference, Outcome> all(PaleException failure) {
    Map<Reference, Outcome> outcomes = new HashMap<>();
    for (Reference reference : references) {
      outcomes.put(reference, new Outcome.Failed(failure));
    }
    return outcomes;
  }

  private PaleException inside(String kind) {
    return PaleException.of(
        900, "an error inside Pale", "store " + scheme + ": " + kind, "report it");
  }

  static void wipe(Outcome outcome) {
    if (outcome instanceof Outcome.Found(var value)) {
      value.close();
    }
  }
}
