package dev.pale.formats;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that was probably meant. Thread-safe: no state. */
public final class DidYouMean {
  /** Longer texts are no typing mistakes, and the table below grows with the square. */
  private static final int MAX_LENGTH = 255;

  private DidYouMean() {}

  /**
   * The candidate that is nearest to {@code wrong}: at most a third of its characters (and always
   * one) inserted, removed, changed or swapped with a neighbour, letter case ignored. Of two
   * equally near ones, the first.
   */
  public static Optional<String> nearest(String wrong, Collection<String> candidates) {
    String sought = wrong.toLowerCase(Locale.ROOT);
    String best = "";
    int bestDistance = Math.max(1, wrong.length() / 3) + 1;
    for (String candidate : candidates) {
      if (Math.abs(candidate.length() - wrong.length()) < bestDistance) {
        int distance = distance(sought, candidate.toLowerCase(Locale.ROOT));
        if (distance < bestDistance && distance < candidate.length()) {
          best = candidate;
          bestDistance = distance;
        }
      }
    }
    return best.isEmpty() ? Optional.empty() : Optional.of(best);
  }

  /**
   * The number of characters inserted, removed, changed or swapped with their neighbour (optimal
   * string alignment); {@link Integer#MAX_VALUE} for texts of more than 255 characters.
   */
  public static int distance(String a, String b) {
    if (a.length() > MAX_LENGTH || b.length() > MAX_LENGTH) {
      return Integer.MAX_VALUE;
    }
    int[] before = new int[b.length() + 1];
    int[] above = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(changed, Math.min(above[j], row[j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], before[j - 2] + 1);
        }
      }
      int[] spare = before;
      before = above;
      above = row;
      row = spare;
    }
    return above[b.length()];
  }
}
