package dev.pale.formats;

import java.util.Collection;
import java.util.Optional;

/** Finds the name that was probably meant. Thread-safe: no state. */
public final class DidYouMean {
  private DidYouMean() {}

  /**
   * The candidate that is nearest to {@code wrong}: at most a third of its characters inserted,
   * removed, changed or swapped with a neighbour, letter case ignored.
   */
  public static Optional<String> nearest(String wrong, Collection<String> candidates) {
    return Optional.empty();
  }

  /** The number of characters inserted, removed, changed or swapped with their neighbour. */
  public static int distance(String a, String b) {
    return 0;
  }
}
