package dev.pale.formats.toml;

import dev.pale.formats.text.StrictText;

/**
 * Strict reader of TOML 1.0 without dates and times, which are refused with an error that says so.
 *
 * <p>A byte order mark at the start is skipped, as TOML 1.1 allows.
 *
 * <p>Linear in the size of the file; nesting at most {@value #MAX_DEPTH}. Thread-safe: no state.
 *
 * <p>Source: toml.io, version 1.0.0.
 */
public final class Toml {
  /** The deepest nesting of arrays, inline tables and dotted keys. */
  public static final int MAX_DEPTH = 64;

  private Toml() {}

  /**
   * Reads a file.
   *
   * @param bytes UTF-8
   * @param source what it is called in errors: {@code pale.toml}
   * @throws dev.pale.secrets.PaleException 410 with line and column; never with content
   */
  public static TomlTable parse(byte[] bytes, String source) {
    return new TomlParser(StrictText.require(bytes, 410, source), source).document();
  }
}
