package dev.pale.sops;

import java.time.Instant;

/** Seals a plain tree. */
final class Sealing {
  private Sealing() {}

  static SopsFile seal(
      SopsFormat format,
      SopsTree plain,
      SopsMetadata metadata,
      byte[] dataKey,
      SopsStash stash,
      Instant now) {
    throw new UnsupportedOperationException();
  }
}
