package dev.pale.gateway.proxy;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whoever shows no token gets a row for a refusal now and then, not as many as they like: else
 * anybody who reaches the port could fill a client's log. Thread-safe.
 */
final class Strangers {
  private static final int A_MINUTE = 60;

  private final LongSupplier nanos;
  private long minute = Long.MIN_VALUE;
  private int count;

  Strangers(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Whether another row is written. */
  synchronized boolean allows() {
    long now = TimeUnit.NANOSECONDS.toMinutes(nanos.getAsLong());
    if (now != minute) {
      minute = now;
      count = 0;
    }
    return ++count <= A_MINUTE;
  }
}
