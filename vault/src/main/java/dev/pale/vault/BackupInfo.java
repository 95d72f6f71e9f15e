package dev.pale.vault;

import java.time.Instant;

/**
 * What a backup holds.
 *
 * @param vaultId 32 hex digits
 * @param rootFingerprint of the root key that opens it, 16 hex digits
 */
public record BackupInfo(
    String vaultId,
    String rootFingerprint,
    Instant created,
    long projects,
    long environments,
    long versions) {}
