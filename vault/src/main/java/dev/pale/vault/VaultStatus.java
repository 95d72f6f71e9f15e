package dev.pale.vault;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * What can be told of the vault without a key; none of it is authenticated.
 *
 * @param file the database
 * @param id 32 hex digits
 * @param rootFingerprint of the root key, 16 hex digits
 * @param locked whether opening it now would need somebody to be asked
 * @param retentionDays deleted secrets are destroyed after so many days
 */
public record VaultStatus(
    Path file,
    String id,
    String rootFingerprint,
    Instant created,
    boolean locked,
    List<SlotInfo> slots,
    long projects,
    long environments,
    long versions,
    long auditRows,
    long retentionDays) {
  public VaultStatus {
    slots = List.copyOf(slots);
  }
}
