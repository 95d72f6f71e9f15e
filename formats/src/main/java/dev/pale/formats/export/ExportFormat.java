package dev.pale.formats.export;

import java.util.Optional;

/** The formats of {@code pale export}. */
public enum ExportFormat {
  /** {@code .env}, quoted so that as many readers as possible agree; {@code docs/dotenv.md}. */
  DOTENV("dotenv"),
  /** One flat object of strings. UTF-8 values only. */
  JSON("json"),
  /** One flat mapping; bytes that are not UTF-8 become {@code !!binary}. */
  YAML("yaml"),
  /** {@code export NAME='…'} for POSIX shells. All bytes. */
  SHELL("shell"),
  /** The {@code $GITHUB_ENV} file of GitHub Actions. UTF-8 values only. */
  GITHUB("github"),
  /** {@code docker run --env-file}. UTF-8 values of one line. */
  DOCKER("docker");

  private final String text;

  ExportFormat(String text) {
    this.text = text;
  }

  /** The name as {@code --format} takes it. */
  public String text() {
    return text;
  }

  /** The format of that name, if there is one. */
  public static Optional<ExportFormat> of(String name) {
    for (ExportFormat format : values()) {
      if (format.text.equals(name)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }
}
