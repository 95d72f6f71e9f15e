package dev.pale.providers.http;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Time and chance for retries, so that tests need not wait. Thread-safe. */
public interface Pace {
  /** A clock that only goes forward. */
  long nanoTime();

  /** Waits. */
  void sleep(Duration time) throws InterruptedException;

  /** From 0 to below 1. */
  double random();

  /** The machine's own. */
  static Pace real() {
    return new Pace() {
      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public void sleep(Duration time) throws InterruptedException {
        Thread.sleep(time);
      }

      @Override
      public double random() {
        return ThreadLocalRandom.current().nextDouble();
      }
    };
  }
}
