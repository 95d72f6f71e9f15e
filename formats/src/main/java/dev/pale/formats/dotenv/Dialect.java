package dev.pale.formats.dotenv;

import java.util.Optional;

/**
 * A way to read a {@code .env} file. {@code docs/dotenv.md} has the grammar of the first and the
 * differences to the others.
 */
public enum Dialect {
  /** Pale's own, written down and the same everywhere. */
  PALE("pale"),
  /** A POSIX shell's {@code source}; nothing is run or expanded. */
  SHELL("shell"),
  /** The npm package {@code dotenv}. */
  DOTENV("dotenv"),
  /** {@code docker run --env-file}. */
  DOCKER("docker");

  private final String text;

  Dialect(String text) {
    this.text = text;
  }

  /** The name as {@code --dialect} takes it. */
  public String text() {
    return text;
  }

  /** The dialect of that name, if there is one. */
  public static Optional<Dialect> of(String name) {
    for (Dialect dialect : values()) {
      if (dialect.text.equals(name)) {
        return Optional.of(dialect);
      }
    }
    return Optional.empty();
  }
}
