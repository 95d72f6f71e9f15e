package dev.pale.gateway.redact;

import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;

/**
 * A real value and what stands for it.
 *
 * <p>Not a record, because it holds a value. Immutable; the value stays the caller's.
 */
public final class Item {
  private final SecretName name;
  private final SecretValue real;
  private final String placeholder;

  /**
   * A pair.
   *
   * @param name the secret; not secret itself
   * @param real read when the {@link Redactor} is made, not kept by it
   * @param placeholder what the agent holds instead: ASCII, at least one character
   */
  public Item(SecretName name, SecretValue real, String placeholder) {
    if (placeholder.isEmpty()) {
      throw new IllegalArgumentException("a placeholder must have a character");
    }
    this.name = name;
    this.real = real;
    this.placeholder = placeholder;
  }

  /** The secret's name. */
  public SecretName name() {
    return name;
  }

  /** What the agent holds. */
  public String placeholder() {
    return placeholder;
  }

  SecretValue real() {
    return real;
  }

  @Override
  public String toString() {
    return "[item " + name.text() + "]";
  }
}
