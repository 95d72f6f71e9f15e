package dev.pale.gateway.log;

/** Times as {@code 2026-11-20T10:15:30.123Z} (RFC 3339), without what a formatter costs. */
final class Rfc3339 {
  static final int LENGTH = 24;
  private static final long DAY_MILLIS = 86_400_000;

  private Rfc3339() {}

  /** Writes {@link #LENGTH} bytes. */
  static void write(long epochMillis, byte[] to, int at) {
    long days = Math.floorDiv(epochMillis, DAY_MILLIS);
    int rest = (int) Math.floorMod(epochMillis, DAY_MILLIS);
    // The year begins in March here, so that the leap day is its last.
    long z = days + 719_468;
    long era = Math.floorDiv(z, 146_097);
    int dayOfEra = (int) (z - era * 146_097);
    int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int shifted = (5 * dayOfYear + 2) / 153;
    int day = dayOfYear - (153 * shifted + 2) / 5 + 1;
    int month = shifted < 10 ? shifted + 3 : shifted - 9;
    int year = (int) (yearOfEra + era * 400) + (month <= 2 ? 1 : 0);
    two(year / 100, to, at);
    two(year % 100, to, at + 2);
    to[at + 4] = '-';
    two(month, to, at + 5);
    to[at + 7] = '-';
    two(day, to, at + 8);
    to[at + 10] = 'T';
    two(rest / 3_600_000, to, at + 11);
    to[at + 13] = ':';
    two(rest / 60_000 % 60, to, at + 14);
    to[at + 16] = ':';
    two(rest / 1000 % 60, to, at + 17);
    to[at + 19] = '.';
    to[at + 20] = (byte) ('0' + rest / 100 % 10);
    two(rest % 100, to, at + 21);
    to[at + 23] = 'Z';
  }

  private static void two(int number, byte[] to, int at) {
    to[at] = (byte) ('0' + number / 10);
    to[at + 1] = (byte) ('0' + number % 10);
  }
}
