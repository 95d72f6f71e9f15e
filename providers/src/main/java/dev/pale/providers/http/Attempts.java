package dev.pale.providers.http;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/**
 * How often and how soon one call is tried again: at most four attempts, full jitter up to 0.2, 0.4
 * and 0.8 seconds, never before the {@code Retry-After} that the service asked for, never beyond
 * the call's deadline.
 */
final class Attempts {
  private static final int MOST = 4;
  private static final Duration FIRST = Duration.ofMillis(200);

  private final Pace pace;
  private final Clock clock;
  private final long end;
  private int made = 1;

  Attempts(Pace pace, Clock clock, Duration limit) {
    this.pace = pace;
    this.clock = clock;
    this.end = pace.nanoTime() + limit.toNanos();
  }

  /** Whether an answer of this status may be another one a moment later. */
  static boolean isPassing(int status) {
    return status == 429 || status == 500 || (status >= 502 && status <= 504);
  }

  /** What is left of the call's time; never negative. */
  long nanosLeft() {
    return Math.max(0, end - pace.nanoTime());
  }

  /**
   * Waits for the next attempt; false when there is none.
   *
   * @param retryAfter the header; empty when there is none
   */
  boolean again(String retryAfter) {
    if (made >= MOST) {
      return false;
    }
    Duration most = FIRST.multipliedBy(1L << (made - 1));
    Duration wait = Duration.ofNanos((long) (most.toNanos() * pace.random()));
    Duration asked = asked(retryAfter);
    if (asked.compareTo(wait) > 0) {
      wait = asked.plus(wait);
    }
    if (wait.compareTo(Duration.ofNanos(nanosLeft())) >= 0) {
      return false;
    }
    made++;
    try {
      pace.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return true;
  }

  private Duration asked(String header) {
    if (header.matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(header));
    }
    if (header.isEmpty()) {
      return Duration.ZERO;
    }
    try {
      Instant then = ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(clock.instant(), then);
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeException | ArithmeticException e) {
      return Duration.ZERO;
    }
  }
}
