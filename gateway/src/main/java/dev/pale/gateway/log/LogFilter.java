package dev.pale.gateway.log;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which rows are wanted; all conditions must hold.
 *
 * @param host this host, with any port unless one is given; without regard to case
 * @param secret rows that name this secret
 * @param refusedOnly refused rows
 * @param since begun at this time or later
 * @param method this method, without regard to case
 * @param status this status, or, from 1 to 5, its hundreds: 4 is 400 to 499
 */
public record LogFilter(
    Optional<String> host,
    Optional<String> secret,
    boolean refusedOnly,
    Optional<Instant> since,
    Optional<String> method,
    OptionalInt status) {
  /** Every row. */
  public static final LogFilter ALL =
      new LogFilter(
          Optional.empty(),
          Optional.empty(),
          false,
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty());

  /** Whether a row is wanted. */
  public boolean wants(LogRow row) {
    return (!refusedOnly || row.state() == RowState.REFUSED)
        && (host.isEmpty() || isHost(row.host(), host.get().toLowerCase(Locale.ROOT)))
        && (secret.isEmpty() || row.secrets().contains(secret.get()))
        && (since.isEmpty() || !row.time().isBefore(since.get()))
        && (method.isEmpty() || method.get().equalsIgnoreCase(row.method()))
        && (status.isEmpty() || isStatus(row.status(), status.getAsInt()));
  }

  private static boolean isHost(String authority, String wanted) {
    if (authority.equals(wanted)) {
      return true;
    }
    int colon = authority.lastIndexOf(':');
    return colon > 0 && authority.substring(0, colon).equals(wanted);
  }

  private static boolean isStatus(int status, int wanted) {
    return wanted < 10 ? status / 100 == wanted : status == wanted;
  }
}
