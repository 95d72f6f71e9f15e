package dev.pale.formats.toml;

/**
 * Edits TOML as text: comments, order, blank lines and line ends stay as they are.
 *
 * <p>After each edit the text is read again; an edit that did not have exactly the meant effect is
 * refused with error 415 and changes nothing. Not thread-safe.
 */
public final class TomlEditor {
  private final String text;

  private TomlEditor(String text) {
    this.text = text;
  }

  /**
   * Starts with a file's text, which may be empty.
   *
   * @throws dev.pale.secrets.PaleException 410 when it is not TOML
   */
  public static TomlEditor of(String text, String source) {
    return new TomlEditor(text);
  }

  /**
   * Sets a key to a string.
   *
   * @param table dotted path such as {@code secrets.DATABASE_URL}; empty for the top
   */
  public TomlEditor set(String table, String key, String value) {
    return this;
  }

  /** Sets a key to a boolean. */
  public TomlEditor set(String table, String key, boolean value) {
    return this;
  }

  /** Sets a key to an integer. */
  public TomlEditor set(String table, String key, long value) {
    return this;
  }

  /** Adds an empty table at the end, or leaves the one that is there. */
  public TomlEditor addTable(String table) {
    return this;
  }

  /** Removes a key; nothing happens when it is absent. */
  public TomlEditor remove(String table, String key) {
    return this;
  }

  /** Removes a table with its keys and the comment right above it; not the tables below it. */
  public TomlEditor removeTable(String table) {
    return this;
  }

  /** The text now. */
  public String text() {
    return text;
  }
}
