package dev.pale.gateway.placeholder;

import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;

/**
 * A secret for which a placeholder is wanted.
 *
 * <p>Not a record, because it holds a value.
 */
public final class Wish {
  private final SecretName name;
  private final String shape;
  private final SecretValue real;

  /**
   * A wish.
   *
   * @param name the secret
   * @param shape the name of a shape; empty to guess it from the value
   * @param real the value, which stays the caller's and is only looked at for its form and length
   */
  public Wish(SecretName name, String shape, SecretValue real) {
    this.name = name;
    this.shape = shape;
    this.real = real;
  }

  /** The secret. */
  public SecretName name() {
    return name;
  }

  /** The wanted shape; empty to guess. */
  public String shape() {
    return shape;
  }

  SecretValue real() {
    return real;
  }

  @Override
  public String toString() {
    return "[wish " + name + "]";
  }
}
