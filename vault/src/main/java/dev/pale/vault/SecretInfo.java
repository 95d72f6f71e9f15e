package dev.pale.vault;

import dev.pale.secrets.SecretName;
import java.time.Instant;
import java.util.Optional;

/**
 * A secret as listed, without its value.
 *
 * @param version number of the current version, from 1
 * @param changed when that version was written
 * @param changedBy user, and agent if any, who wrote it
 * @param deleted when it was soft-deleted; empty for a live secret
 * @param damaged whether its current version cannot be authenticated; then {@code changed} and
 *     {@code changedBy} say nothing
 */
public record SecretInfo(
    SecretName name,
    int version,
    Instant changed,
    String changedBy,
    Optional<Instant> deleted,
    boolean damaged) {}
