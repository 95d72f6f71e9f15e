package dev.pale.gateway.approve;

/** Text of a stranger, made fit for a terminal. */
final class SafeText {
  private SafeText() {}

  /**
   * Printable ASCII stays, a backslash is doubled, everything else (controls, bidirectional marks,
   * look-alikes, invisible characters, a blank behind a blank) becomes {@code \\u{hex}}. No escape
   * is cut in two.
   *
   * @param most the most characters of the text that are kept, half of them from its end
   */
  static String of(String text, int most) {
    int count = text.codePointCount(0, text.length());
    if (count <= most) {
      return escaped(text);
    }
    int head = text.offsetByCodePoints(0, most - most / 2);
    int tail = text.offsetByCodePoints(text.length(), -(most / 2));
    return escaped(text.substring(0, head))
        + "…("
        + (count - most)
        + " characters)…"
        + escaped(text.substring(tail));
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    int before = 'x';
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (c == '\\') {
        out.append("\\\\");
      } else if ((c > ' ' && c < 0x7f) || (c == ' ' && before != ' ')) {
        out.append((char) c);
      } else {
        out.append("\\u{").append(Integer.toHexString(c)).append('}');
      }
      before = c;
    }
    return out.toString();
  }
}
