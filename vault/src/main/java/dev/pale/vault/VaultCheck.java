package dev.pale.vault;

import java.util.List;

/**
 * The outcome of {@code pale vault verify}.
 *
 * @param values versions whose value was decrypted and authenticated
 * @param shredded versions that were destroyed on purpose
 * @param problems one line each, naming the row; empty when all is well
 */
public record VaultCheck(
    long projects,
    long environments,
    long values,
    long shredded,
    AuditCheck audit,
    List<String> problems) {
  public VaultCheck {
    problems = List.copyOf(problems);
  }
}
