package dev.pale.vault;

import java.time.Instant;

/**
 * One row of the audit log; holds names, never values.
 *
 * @param sequence from 1, without gaps
 * @param event what was done, for instance {@code run}, {@code set}, {@code get}
 * @param allowed false for a denial
 * @param place {@code project/environment}, or empty
 * @param names the secrets concerned, separated by single spaces, or empty
 * @param detail anything else: version numbers, why it was denied
 */
public record AuditRow(
    long sequence,
    Instant at,
    String event,
    boolean allowed,
    String place,
    String names,
    String detail,
    String user,
    String agent,
    String reason,
    String command,
    long pid) {}
