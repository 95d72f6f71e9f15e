package dev.pale.formats.toml;

/** Strings, numbers and booleans. */
final class TomlScalars {
  private final TomlText in;

  TomlScalars(TomlText in) {
    this.in = in;
  }

  TomlValue value() {
    int line = in.line();
    int column = in.column();
    int c = in.peek();
    if (c == '"' || c == '\'') {
      String text = isTriple((char) c) ? longString((char) c) : oneLineString();
      return new TomlValue.Text(text, line, column);
    }
    int start = in.offset();
    while (isWord(in.peek())) {
      in.next();
    }
    return word(in.since(start), line, column);
  }

  private static boolean isWord(int c) {
    return TomlParser.isBareKey(c) || c == '+' || c == '.' || c == ':';
  }

  private boolean isTriple(char quote) {
    return in.peek() == quote && in.peek(1) == quote && in.peek(2) == quote;
  }

  /** A string on one line, in either quotes; also a quoted key. */
  String oneLineString() {
    char quote = (char) in.peek();
    in.next();
    StringBuilder out = new StringBuilder();
    while (true) {
      int c = in.peek();
      if (c == quote) {
        in.next();
        return out.toString();
      }
      if (c == TomlText.END || c == '\n') {
        throw in.error("the string has no end on its line");
      }
      if (c == '\\' && quote == '"') {
        escape(out);
      } else {
        in.refuseControl();
        out.append((char) c);
        in.next();
      }
    }
  }

  private String longString(char quote) {
    skip(3);
    if (in.isCrLf()) {
      in.next();
    }
    if (in.peek() == '\n') {
      in.next();
    }
    StringBuilder out = new StringBuilder();
    while (true) {
      int c = in.peek();
      if (c == quote && isTriple(quote)) {
        skip(3);
        // One or two more quotes belong to the text.
        for (int i = 0; i < 2 && in.peek() == quote; i++) {
          out.append(quote);
          in.next();
        }
        return out.toString();
      }
      if (c == TomlText.END) {
        throw in.error("the string has no end");
      }
      if (c == '\\' && quote == '"') {
        if (!lineEndingBackslash()) {
          escape(out);
        }
      } else {
        if (c != '\n' && !in.isCrLf()) {
          in.refuseControl();
        }
        out.append((char) c);
        in.next();
      }
    }
  }

  /** A backslash at the end of a line takes away the line end and all white space after it. */
  private boolean lineEndingBackslash() {
    int ahead = 1;
    while (in.peek(ahead) == ' ' || in.peek(ahead) == '\t') {
      ahead++;
    }
    boolean crLf = in.peek(ahead) == '\r' && in.peek(ahead + 1) == '\n';
    if (in.peek(ahead) != '\n' && !crLf) {
      return false;
    }
    skip(ahead);
    while (in.peek() == ' ' || in.peek() == '\t' || in.peek() == '\n' || in.isCrLf()) {
      in.next();
    }
    return true;
  }

  private void escape(StringBuilder out) {
    in.next();
    int c = in.peek();
    switch (c) {
      case 'b' -> out.append('\b');
      case 't' -> out.append('\t');
      case 'n' -> out.append('\n');
      case 'f' -> out.append('\f');
      case 'r' -> out.append('\r');
      case '"', '\\' -> out.append((char) c);
      case 'u' -> unicode(out, 4);
      case 'U' -> unicode(out, 8);
      default -> throw in.error("no such escape");
    }
    in.next();
  }

  /** Leaves the last digit to be taken. */
  private void unicode(StringBuilder out, int digits) {
    long point = 0;
    for (int i = 0; i < digits; i++) {
      in.next();
      int c = in.peek();
      int digit = c < 0 || c > 'f' ? -1 : Character.digit((char) c, 16);
      if (digit < 0) {
        throw in.error(digits + " hexadecimal digits are expected");
      }
      point = point * 16 + digit;
    }
    if (point > Character.MAX_CODE_POINT || (point >= 0xd800 && point <= 0xdfff)) {
      throw in.error("no such character");
    }
    out.appendCodePoint((int) point);
  }

  private void skip(int count) {
    for (int i = 0; i < count; i++) {
      in.next();
    }
  }

  private TomlValue word(String word, int line, int column) {
    if (word.isEmpty()) {
      throw in.error("a value is expected", line, column);
    }
    if (word.equals("true") || word.equals("false")) {
      return new TomlValue.Truth(word.equals("true"), line, column);
    }
    int unsigned = word.charAt(0) == '+' || word.charAt(0) == '-' ? 1 : 0;
    if (word.endsWith("inf") && word.length() == unsigned + 3) {
      double infinity = word.charAt(0) == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      return new TomlValue.Decimal(infinity, line, column);
    }
    if (word.endsWith("nan") && word.length() == unsigned + 3) {
      return new TomlValue.Decimal(Double.NaN, line, column);
    }
    if (looksLikeTime(word)) {
      throw in.error("dates and times are not supported, put it in quotes", line, column);
    }
    if (word.startsWith("0x") || word.startsWith("0o") || word.startsWith("0b")) {
      int radix = word.charAt(1) == 'x' ? 16 : word.charAt(1) == 'o' ? 8 : 2;
      int end = digits(word, 2, radix);
      if (end != word.length()) {
        throw in.error("not a number", line, column);
      }
      return whole(word.substring(2), radix, line, column);
    }
    return decimalNumber(word, line, column);
  }

  private static boolean looksLikeTime(String word) {
    return (word.length() >= 5 && word.charAt(4) == '-' && digits(word, 0, 10) == 4)
        || (word.length() >= 3 && word.charAt(2) == ':' && digits(word, 0, 10) == 2);
  }

  private TomlValue decimalNumber(String word, int line, int column) {
    int length = word.length();
    int start = word.charAt(0) == '+' || word.charAt(0) == '-' ? 1 : 0;
    int at = digits(word, start, 10);
    boolean ok = at > start && (word.charAt(start) != '0' || at == start + 1);
    boolean real = false;
    if (ok && at < length && word.charAt(at) == '.') {
      real = true;
      int end = digits(word, at + 1, 10);
      ok = end > at + 1;
      at = end;
    }
    if (ok && at < length && (word.charAt(at) == 'e' || word.charAt(at) == 'E')) {
      real = true;
      int sign =
          at + 1 < length && (word.charAt(at + 1) == '+' || word.charAt(at + 1) == '-') ? 1 : 0;
      int end = digits(word, at + 1 + sign, 10);
      ok = end > at + 1 + sign;
      at = end;
    }
    if (!ok || at != length) {
      throw in.error("not a value; text must be in quotes", line, column);
    }
    return real
        ? new TomlValue.Decimal(Double.parseDouble(withoutUnderscores(word)), line, column)
        : whole(word, 10, line, column);
  }

  private TomlValue whole(String digits, int radix, int line, int column) {
    try {
      return new TomlValue.Whole(Long.parseLong(withoutUnderscores(digits), radix), line, column);
    } catch (NumberFormatException tooLarge) {
      throw in.error("the number does not fit into 64 bits", line, column);
    }
  }

  /**
   * Where a run of digits ends; an underscore may stand between two digits. The start itself when
   * there is no digit or an underscore is misplaced.
   */
  private static int digits(String word, int start, int radix) {
    int at = start;
    boolean digitBefore = false;
    while (at < word.length()) {
      char c = word.charAt(at);
      if (c < 128 && Character.digit(c, radix) >= 0) {
        digitBefore = true;
      } else if (c == '_' && digitBefore) {
        digitBefore = false;
      } else {
        break;
      }
      at++;
    }
    return digitBefore ? at : start;
  }

  private static String withoutUnderscores(String number) {
    return number.indexOf('_') < 0 ? number : number.replace("_", "");
  }
}
