package dev.pale.formats.toml;

import dev.pale.secrets.PaleException;

/** The characters of a file with the place of the next one. */
final class TomlText {
  /** What {@link #peek} says at the end. */
  static final int END = -1;

  private final String text;
  private final String source;
  private int at;
  private int line = 1;
  private int lineStart;

  TomlText(String text, String source) {
    this.text = text;
    this.source = source;
    if (text.startsWith("\ufeff")) {
      at = 1;
      lineStart = 1;
    }
  }

  int peek() {
    return at < text.length() ? text.charAt(at) : END;
  }

  int peek(int ahead) {
    return at + ahead < text.length() ? text.charAt(at + ahead) : END;
  }

  /** Takes one character. */
  void next() {
    if (text.charAt(at) == '\n') {
      line++;
      lineStart = at + 1;
    }
    at++;
  }

  int offset() {
    return at;
  }

  int line() {
    return line;
  }

  int column() {
    return at - lineStart + 1;
  }

  String since(int start) {
    return text.substring(start, at);
  }

  boolean startsWith(String word) {
    return text.startsWith(word, at);
  }

  void expect(char c, String otherwise) {
    if (peek() != c) {
      throw error(otherwise);
    }
    at++;
  }

  /** Spaces and tabs. */
  void blank() {
    while (peek() == ' ' || peek() == '\t') {
      at++;
    }
  }

  /** Spaces, tabs, comments and line ends. */
  void blankLines() {
    while (true) {
      blank();
      int c = peek();
      if (c != '#' && c != '\n' && c != '\r') {
        return;
      }
      endOfLine();
    }
  }

  /** A comment may stand here, then the line or the file ends. */
  void endOfLine() {
    blank();
    if (peek() == '#') {
      while (peek() != '\n' && peek() != END && !isCrLf()) {
        refuseControl();
        at++;
      }
    }
    if (peek() == END) {
      return;
    }
    if (isCrLf()) {
      at++;
    }
    if (peek() != '\n') {
      throw error("the end of the line is expected");
    }
    next();
  }

  boolean isCrLf() {
    return peek() == '\r' && peek(1) == '\n';
  }

  /** A character that may not stand in a comment or a string as it is. */
  void refuseControl() {
    int c = peek();
    if ((c < ' ' && c != '\t') || c == 0x7f) {
      throw error("a control character");
    }
  }

  PaleException error(String why) {
    return error(why, line, column());
  }

  PaleException error(String why, int atLine, int atColumn) {
    return PaleException.of(
        410,
        source + " is not TOML",
        source + " line " + atLine + ", column " + atColumn + ": " + why,
        "mend line " + atLine + " of " + source);
  }
}
