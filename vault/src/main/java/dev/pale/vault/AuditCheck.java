package dev.pale.vault;

/** The outcome of checking the audit chain. */
public sealed interface AuditCheck {
  /** Every row is as it was written. */
  record Intact(long rows) implements AuditCheck {}

  /** The first row that is not: changed, missing, out of order, or cut off. */
  record Broken(long sequence, String why) implements AuditCheck {}
}
