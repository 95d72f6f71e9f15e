package dev.pale.formats.dotenv;

import dev.pale.secrets.SecretValue;
import java.util.Optional;

/**
 * What one dialect makes of one assignment.
 *
 * <p>Holds a value: it is never printed by {@link #toString()}, and {@link #close()} wipes it.
 */
public final class Reading implements AutoCloseable {
  /** What becomes of the assignment. */
  public enum Kind {
    /** The variable gets {@link Reading#value()}. */
    VALUE,
    /** The variable is not set by this line. */
    UNSET,
    /** The value depends on other variables or on the machine ({@code $VAR}, {@code ~}). */
    EXPANDS,
    /** A command would be run. */
    EXECUTES,
    /** The dialect's program would stop with an error. */
    ERROR
  }

  static final Reading UNSET = new Reading(Kind.UNSET, Optional.empty());
  static final Reading EXPANDS = new Reading(Kind.EXPANDS, Optional.empty());
  static final Reading EXECUTES = new Reading(Kind.EXECUTES, Optional.empty());
  static final Reading ERROR = new Reading(Kind.ERROR, Optional.empty());

  private final Kind kind;
  private final Optional<SecretValue> value;

  private Reading(Kind kind, Optional<SecretValue> value) {
    this.kind = kind;
    this.value = value;
  }

  static Reading of(SecretValue value) {
    return new Reading(Kind.VALUE, Optional.of(value));
  }

  /** What becomes of the assignment. */
  public Kind kind() {
    return kind;
  }

  /** The value; present exactly for {@link Kind#VALUE}. */
  public Optional<SecretValue> value() {
    return value;
  }

  /** Whether both dialects do the same with the assignment. */
  public boolean sameAs(Reading other) {
    return kind == other.kind && value.equals(other.value);
  }

  /** Wipes the value. */
  @Override
  public void close() {
    if (value.isPresent()) {
      value.get().close();
    }
  }

  @Override
  public String toString() {
    return "Reading[" + kind + "]";
  }
}
