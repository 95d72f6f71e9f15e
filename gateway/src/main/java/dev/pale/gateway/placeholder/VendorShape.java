package dev.pale.gateway.placeholder;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A vendor's forms: the one whose prefix the real value has, else the first. */
record VendorShape(String name, List<Pattern> patterns) implements Shape {
  @Override
  public int randomBits() {
    int least = Integer.MAX_VALUE;
    for (Pattern each : patterns) {
      least = Math.min(least, each.randomBits());
    }
    return least;
  }

  /** The pattern that a real value has by its prefix or, without one, by its length; else null. */
  @Nullable Pattern patternOf(byte[] real) {
    Pattern best = null;
    for (Pattern each : patterns) {
      boolean longer = best == null || each.prefix().length() > best.prefix().length();
      boolean fits =
          each.prefix().isEmpty() ? each.length() == real.length : starts(real, each.prefix());
      if (fits && longer) {
        best = each;
      }
    }
    return best;
  }

  private static boolean starts(byte[] real, String prefix) {
    if (real.length <= prefix.length()) {
      return false;
    }
    for (int i = 0; i < prefix.length(); i++) {
      if (real[i] != prefix.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Candidate draw(byte[] real, RandomGenerator random) {
    Pattern pattern = patternOf(real);
    return (pattern == null ? patterns.get(0) : pattern).draw(real.length, random);
  }

  @Override
  public boolean accepts(byte[] text) {
    for (Pattern each : patterns) {
      if (each.accepts(text)) {
        return true;
      }
    }
    return false;
  }
}
