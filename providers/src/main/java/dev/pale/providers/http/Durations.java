package dev.pale.providers.http;

import java.time.Duration;

/** Durations as people read them. */
final class Durations {
  private Durations() {}

  static String text(Duration time) {
    long millis = time.toMillis();
    return millis < 1000 ? millis + " ms" : millis / 1000 + " s";
  }
}
