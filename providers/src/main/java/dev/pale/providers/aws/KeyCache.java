package dev.pale.providers.aws;

import dev.pale.crypto.sigv4.SigV4Credentials;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps credentials until shortly before they expire. Closing wipes all that it ever gave out.
 * Thread-safe.
 */
final class KeyCache implements AutoCloseable {
  private static final Duration EARLY = Duration.ofMinutes(5);

  /** A source that gives what is about to expire is not asked for every request. */
  private static final Duration SOONEST = Duration.ofSeconds(30);

  private final Supplier<AwsKeys> source;
  private final Clock clock;
  private final List<SigV4Credentials> given = new ArrayList<>();
  private @Nullable AwsKeys keys;
  private Instant again = Instant.MAX;

  KeyCache(Supplier<AwsKeys> source, Clock clock) {
    this.source = source;
    this.clock = clock;
  }

  /** Fetched when they are first needed, and when they are about to expire. */
  synchronized SigV4Credentials current() {
    AwsKeys here = keys;
    if (here == null || !clock.instant().isBefore(again)) {
      here = source.get();
      keys = here;
      given.add(here.key());
      Instant soon = clock.instant().plus(SOONEST);
      Instant early = here.expires().map(at -> at.minus(EARLY)).orElse(Instant.MAX);
      again = early.isBefore(soon) ? soon : early;
    }
    return here.key();
  }

  /**
   * Forgets credentials that the service finds expired.
   *
   * @return whether fetching again may give others
   */
  synchronized boolean renew(SigV4Credentials stale) {
    AwsKeys here = keys;
    if (here != null && here.key() == stale) {
      if (here.expires().isEmpty()) {
        return false;
      }
      keys = null;
    }
    return true;
  }

  @Override
  public synchronized void close() {
    keys = null;
    given.forEach(SigV4Credentials::close);
    given.clear();
  }
}
