package dev.pale.formats.json;

import dev.pale.formats.text.StrictText;

/**
 * Strict reader of JSON (RFC 8259): UTF-8 without byte order mark, no comments, no trailing comma,
 * no duplicate members, no lone surrogates, at most {@value #MAX_DEPTH} levels.
 *
 * <p>Linear; thread-safe: no state.
 */
public final class Json {
  /** The deepest nesting. */
  public static final int MAX_DEPTH = 100;

  private Json() {}

  /**
   * Reads one value and nothing after it but white space.
   *
   * @param source what the bytes are, for errors: {@code settings.json}
   * @throws dev.pale.secrets.PaleException 430 with line and column; never with content
   */
  public static JsonValue parse(byte[] bytes, String source) {
    return new JsonParser(StrictText.require(bytes, 430, source), source).document();
  }
}
