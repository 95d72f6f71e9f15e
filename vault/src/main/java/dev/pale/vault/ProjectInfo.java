package dev.pale.vault;

import java.time.Instant;

/**
 * A project as listed. {@code keyFingerprint} is the fingerprint of its key-encryption key, 16 hex
 * digits.
 */
public record ProjectInfo(String name, int environments, Instant created, String keyFingerprint) {}
