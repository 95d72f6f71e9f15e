package dev.pale.vault;

import java.time.Instant;

/**
 * One version of a secret.
 *
 * @param version number, from 1
 * @param origin what made it: {@code set}, {@code import}, {@code rollback to 3}, {@code copy}
 * @param shredded whether its data key was destroyed, so that the value is gone for ever
 * @param current whether readers get this one
 */
public record VersionInfo(
    int version,
    Instant created,
    String createdBy,
    String origin,
    boolean shredded,
    boolean current) {}
