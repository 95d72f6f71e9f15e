package dev.pale.vault;

import java.time.Instant;
import java.util.Optional;

/**
 * What audit rows are wanted; an empty field asks for any.
 *
 * @param afterSequence only rows with a larger number; 0 for all
 * @param last only the newest so many rows; 0 for no limit
 */
public record AuditFilter(
    long afterSequence,
    int last,
    Optional<Instant> since,
    Optional<String> event,
    Optional<String> name,
    Optional<String> place,
    Optional<String> agent,
    Optional<Boolean> allowed) {
  /** Everything. */
  public static AuditFilter everything() {
    return new AuditFilter(
        0,
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
