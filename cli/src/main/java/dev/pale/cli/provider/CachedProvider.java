package dev.pale.cli.provider;

import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretValue;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A store whose values are kept, and with {@code --offline} the kept values alone.
 *
 * <p>A kept value never stands in silently: it is used when the caller works offline, or when the
 * store cannot be reached and the user's config says {@code offline_fallback}; each use is told
 * with its age. A store that answers, if only to refuse, is never overruled.
 */
final class CachedProvider implements Provider {
  private final Configured configured;
  private final OfflineCache cache;
  private final Optional<Provider> store;
  private final List<String> told;

  /**
   * Opens the store now.
   *
   * @param store empty when only kept values may be used
   * @param told gets a line for each kept value that was used; thread-safe
   */
  CachedProvider(
      Configured configured,
      OfflineCache cache,
      Supplier<Optional<Provider>> store,
      List<String> told) {
    this.configured = configured;
    this.cache = cache;
    this.store = store.get();
    this.told = told;
  }

  @Override
  public Map<Reference, Outcome> read(List<Reference> references) {
    Map<Reference, Outcome> outcomes = new HashMap<>();
    if (store.isEmpty()) {
      for (Reference reference : references) {
        outcomes.put(reference, kept(reference, Optional.empty()));
      }
      return outcomes;
    }
    try {
      outcomes.putAll(store.get().read(references));
    } catch (PaleException e) {
      for (Reference reference : references) {
        outcomes.put(reference, new Outcome.Failed(e));
      }
    }
    for (Map.Entry<Reference, Outcome> each : outcomes.entrySet()) {
      switch (each.getValue()) {
        case Outcome.Found(var value) -> keep(each.getKey(), value);
        case Outcome.Failed(PaleException failure) -> {
          if (configured.offlineFallback() && isUnreachable(failure)) {
            each.setValue(kept(each.getKey(), Optional.of(failure)));
          }
        }
        case Outcome.Missing missing -> {
          // The store says that it is gone: an older value must not come back, later neither.
          cache.forget(configured, each.getKey());
        }
      }
    }
    return outcomes;
  }

  private void keep(Reference reference, SecretValue value) {
    try {
      cache.keep(configured, reference, value, Instant.now());
    } catch (UncheckedIOException full) {
      told.add("a value of " + configured.name() + " could not be kept for offline work");
    }
  }

  private static boolean isUnreachable(PaleException failure) {
    return failure.code() == 602 || failure.code() == 603;
  }

  /**
   * The kept value.
   *
   * @param failure why the store was not used; empty when the caller works offline
   */
  private Outcome kept(Reference reference, Optional<PaleException> failure) {
    Optional<OfflineCache.Kept> found;
    try {
      found = cache.find(configured, reference);
    } catch (PaleException damaged) {
      return new Outcome.Failed(damaged);
    }
    if (found.isEmpty()) {
      return new Outcome.Failed(
          failure.orElseGet(() ->
              PaleException.of(
                  660,
                  "no value of " + reference + " is kept",
                  "a value is kept when it was read once while the store could be reached",
                  "leave --offline out when the store can be reached")));
    }
    Duration age = Duration.between(found.get().at(), Instant.now());
    boolean expired =
        age.isNegative() || age.compareTo(configured.cache().orElse(Duration.ZERO)) > 0;
    if (failure.isPresent() && expired) {
      found.get().value().close();
      return new Outcome.Failed(
          PaleException.of(
              661,
              "the kept value of " + reference + " is too old: " + text(age),
              "the store cannot be reached [" + failure.get().codeText() + "]",
              "--offline uses it anyway"));
    }
    told.add(
        "offline: "
            + reference
            + " is as it was "
            + text(age)
            + " ago"
            + (expired ? ", longer than cache = allows" : "")
            + (failure.isPresent()
                ? "; the store cannot be reached [" + failure.get().codeText() + "]"
                : ""));
    return new Outcome.Found(found.get().value());
  }

  static String text(Duration age) {
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 2 * 3600) {
      return seconds / 60 + " min";
    }
    return seconds < 2 * 86_400 ? seconds / 3600 + " h" : seconds / 86_400 + " d";
  }

  @Override
  public Optional<List<Reference>> list(String under) {
    return store.flatMap(open -> open.list(under));
  }

  @Override
  public Health health() {
    return store.isPresent() ? store.get().health() : new Health.Usable("", "kept values alone");
  }

  @Override
  public void close() {
    store.ifPresent(Provider::close);
  }
}
