package dev.pale.cli.log;

import dev.pale.cli.screen.Span;
import dev.pale.secrets.PaleException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;

/** A point in the past as people write it: {@code 2h}, {@code 7d}, a date, a date with time. */
public final class Since {
  private Since() {}

  /** The point; error 148 for anything else. */
  public static Instant parse(String text, Instant now, ZoneId zone) {
    try {
      if (!text.isEmpty() && Character.isDigit(text.charAt(0)) && text.indexOf('-') < 0) {
        return now.minus(Span.parse(text, "--since"));
      }
      if (text.length() == 10) {
        return LocalDate.parse(text).atStartOfDay(zone).toInstant();
      }
      String iso = text.replace(' ', 'T');
      return iso.endsWith("Z") || iso.lastIndexOf('+') > 10
          ? OffsetDateTime.parse(iso).toInstant()
          : LocalDateTime.parse(iso).atZone(zone).toInstant();
    } catch (DateTimeParseException | ArithmeticException e) {
      throw wrong();
    }
  }

  private static PaleException wrong() {
    return PaleException.usage(
        148,
        "--since does not take that time",
        "it takes a span such as 30m, 2h, 7d, a date, or a date with time",
        "--since 2h, or --since 2026-01-31, or --since 2026-01-31T08:00");
  }
}
