package dev.pale.cli.screen;

import dev.pale.secrets.PaleException;
import java.time.Duration;

/** Spans of time as people write them: {@code 45s}, {@code 30m}, {@code 8h}, {@code 7d}. */
public final class Span {
  private Span() {}

  /**
   * The span; error 148 for anything else.
   *
   * @param option which option it was given to, for the error
   */
  public static Duration parse(String text, String option) {
    int end = 0;
    while (end < text.length() && Character.isDigit(text.charAt(end)) && end < 9) {
      end++;
    }
    String unit = text.substring(end);
    long seconds =
        switch (unit) {
          case "s" -> 1;
          case "m", "min" -> 60;
          case "h" -> 3600;
          case "d" -> 86_400;
          case "w" -> 604_800;
          default -> 0;
        };
    if (end == 0 || (seconds == 0 && !text.equals("0"))) {
      throw PaleException.usage(
          148,
          option + " does not take that time",
          "it takes a number with s, m, h, d or w",
          option + " 8h");
    }
    return Duration.ofSeconds(seconds).multipliedBy(Long.parseLong(text.substring(0, end)));
  }

  /** For people: {@code 8h}, {@code 90min}. */
  public static String text(Duration span) {
    long seconds = span.toSeconds();
    if (seconds >= 86_400 && seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds >= 3600 && seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds >= 60 && seconds % 60 == 0 ? seconds / 60 + "min" : seconds + "s";
  }
}
