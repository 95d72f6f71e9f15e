package dev.pale.formats.dotenv;

import dev.pale.secrets.SecretName;
import java.util.EnumMap;
import java.util.Map;

/**
 * An assignment that the common dialects read differently.
 *
 * <p>Prints without values.
 */
public final class Ambiguity {
  private final SecretName name;
  private final int line;
  private final EnumMap<Dialect, Reading> readings;

  Ambiguity(SecretName name, int line, Map<Dialect, Reading> readings) {
    this.name = name;
    this.line = line;
    this.readings = new EnumMap<>(readings);
  }

  /** The variable. */
  public SecretName name() {
    return name;
  }

  /** The line on which the assignment starts, from 1. */
  public int line() {
    return line;
  }

  /** What this dialect makes of it. */
  public Reading reading(Dialect dialect) {
    return readings.getOrDefault(dialect, Reading.UNSET);
  }

  /**
   * Whether every dialect but docker's agrees. Docker takes quotes and comments as part of the
   * value, so this is true for nearly every quoted line, and rarely worth a question.
   */
  public boolean dockerOnly() {
    Reading pale = reading(Dialect.PALE);
    return pale.sameAs(reading(Dialect.SHELL)) && pale.sameAs(reading(Dialect.DOTENV));
  }

  @Override
  public String toString() {
    return "Ambiguity[" + name + ", line " + line + ", " + readings + "]";
  }
}
