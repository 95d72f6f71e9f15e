package dev.pale.vault;

import dev.pale.secrets.SecretName;

/** One name in a comparison of two environments. */
public record Difference(SecretName name, Kind kind) {
  /** How the two sides relate. */
  public enum Kind {
    SAME,
    DIFFERENT,
    ONLY_LEFT,
    ONLY_RIGHT
  }
}
