package dev.pale.formats.dotenv;

import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;

/** One variable of a {@code .env} file. Prints without its value. */
public final class DotenvEntry {
  private final SecretName name;
  private final SecretValue value;
  private final int line;
  private final String comment;

  DotenvEntry(SecretName name, SecretValue value, int line, String comment) {
    this.name = name;
    this.value = value;
    this.line = line;
    this.comment = comment;
  }

  /** The variable. */
  public SecretName name() {
    return name;
  }

  /** Its value; wiped by {@link DotenvFile#close()}. */
  public SecretValue value() {
    return value;
  }

  /** The line on which it starts, from 1. */
  public int line() {
    return line;
  }

  /**
   * The comment lines right above it, without {@code #}, joined by newlines; may be empty. It may
   * hold an old value: {@link EnvExample} filters it.
   */
  public String comment() {
    return comment;
  }

  @Override
  public String toString() {
    return name + " (line " + line + ")";
  }
}
