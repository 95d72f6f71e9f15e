package dev.pale.cli.log;

import dev.pale.secrets.PaleException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;

/** A point in the past as people write it: {@code 2h}, {@code 7d}, a date, a date with time. */
final class Since {
  private Since() {}

  static Instant parse(String text, Instant now, ZoneId zone) {
    try {
      if (!text.isEmpty() && Character.isDigit(text.charAt(0)) && text.indexOf('-') < 0) {
        long number = Long.parseLong(text.substring(0, text.length() - 1));
        return now.minus(unit(text).multipliedBy(number));
      }
      if (text.length() == 10) {
        return LocalDate.parse(text).atStartOfDay(zone).toInstant();
      }
      String iso = text.replace(' ', 'T');
      return iso.endsWith("Z") || iso.lastIndexOf('+') > 10
          ? OffsetDateTime.parse(iso).toInstant()
          : LocalDateTime.parse(iso).atZone(zone).toInstant();
    } catch (DateTimeParseException | ArithmeticException | NumberFormatException e) {
      throw wrong();
    }
  }

  private static Duration unit(String text) {
    return switch (text.charAt(text.length() - 1)) {
      case 's' -> Duration.ofSeconds(1);
      case 'm' -> Duration.ofMinutes(1);
      case 'h' -> Duration.ofHours(1);
      case 'd' -> Duration.ofDays(1);
      case 'w' -> Duration.ofDays(7);
      default -> throw wrong();
    };
  }

  private static PaleException wrong() {
    return PaleException.usage(
        148,
        "--since does not take that time",
        "it takes a span such as 30m, 2h, 7d, a date, or a date with time",
        "--since 2h, or --since 2026-01-31, or --since 2026-01-31T08:00");
  }
}
