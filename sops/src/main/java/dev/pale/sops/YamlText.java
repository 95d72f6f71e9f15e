package dev.pale.sops;

import java.util.Locale;

/** What a text allows: go-yaml's analysis of a scalar before it is written. */
final class YamlText {
  enum Style {
    PLAIN,
    SINGLE_QUOTED,
    DOUBLE_QUOTED,
    LITERAL
  }

  private final String value;
  private final boolean plainAllowed;
  private final boolean singleQuotedAllowed;
  private final boolean literalAllowed;
  private final boolean multiLine;

  YamlText(String value) {
    this.value = value;
    boolean indicators = value.startsWith("---") || value.startsWith("...");
    boolean breaks = false;
    boolean special = false;
    boolean tabs = false;
    boolean leading = false;
    boolean trailingSpace = false;
    boolean trailingBreak = false;
    boolean separator = false;
    boolean breakSpace = false;
    boolean spaceBreak = false;
    boolean previousSpace = false;
    boolean previousBreak = false;
    boolean afterSpace = true;
    for (int i = 0; i < value.length(); ) {
      int c = value.codePointAt(i);
      int next = i + Character.charCount(c);
      boolean beforeSpace = next >= value.length() || isBlankOrBreak(value.charAt(next));
      indicators |=
          switch (c) {
            case '#' -> i == 0 || afterSpace;
            case ',', '[', ']', '{', '}', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`' ->
                i == 0;
            case '?', '-' -> i == 0 && beforeSpace;
            case ':' -> beforeSpace;
            default -> false;
          };
      if (c == '\t') {
        tabs = true;
      } else if (!isPrintable(c)) {
        special = true;
      }
      boolean first = i == 0;
      boolean last = next >= value.length();
      if (c == ' ') {
        leading |= first;
        trailingSpace |= last;
        breakSpace |= previousBreak;
        previousSpace = true;
        previousBreak = false;
      } else if (isBreak(c)) {
        breaks = true;
        separator |= c == 0x2028 || c == 0x2029;
        leading |= first;
        trailingBreak |= last;
        spaceBreak |= previousSpace;
        previousSpace = false;
        previousBreak = true;
      } else {
        previousSpace = false;
        previousBreak = false;
      }
      afterSpace = c < 0x10000 && isBlankOrBreak((char) c);
      i = next;
    }
    multiLine = breaks;
    boolean ends = leading || trailingSpace || trailingBreak;
    boolean odd = spaceBreak || tabs || special;
    plainAllowed = !value.isEmpty() && !ends && !breakSpace && !odd && !breaks && !indicators;
    singleQuotedAllowed = !breakSpace && !odd;
    // Readers differ on whether the separators end a line of a block.
    literalAllowed = !value.isEmpty() && !trailingSpace && !spaceBreak && !special && !separator;
  }

  boolean multiLine() {
    return multiLine;
  }

  String value() {
    return value;
  }

  /**
   * @param quoted whether it would be read as something else without quotes
   */
  Style style(boolean quoted, boolean asKey) {
    if (value.indexOf('\n') >= 0 && !asKey) {
      return literalAllowed ? Style.LITERAL : Style.DOUBLE_QUOTED;
    }
    if (quoted || (multiLine && asKey)) {
      return Style.DOUBLE_QUOTED;
    }
    if (plainAllowed) {
      return Style.PLAIN;
    }
    return singleQuotedAllowed ? Style.SINGLE_QUOTED : Style.DOUBLE_QUOTED;
  }

  static boolean isBreak(int c) {
    return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
  }

  private static boolean isBlankOrBreak(char c) {
    return c == ' ' || c == '\t' || c == 0 || isBreak(c);
  }

  /** go-yaml takes nothing above the basic plane for printable. */
  private static boolean isPrintable(int c) {
    return c == '\n'
        || (c >= 0x20 && c <= 0x7E)
        || (c >= 0xA0 && c <= 0xD7FF)
        || (c >= 0xE000 && c <= 0xFFFD && c != 0xFEFF);
  }

  String doubleQuoted() {
    StringBuilder out = new StringBuilder(value.length() + 2).append('"');
    for (int i = 0; i < value.length(); ) {
      int c = value.codePointAt(i);
      i += Character.charCount(c);
      if (isPrintable(c) && !isBreak(c) && c != '"' && c != '\\') {
        out.appendCodePoint(c);
      } else {
        escape(out, c);
      }
    }
    return out.append('"').toString();
  }

  private static void escape(StringBuilder out, int c) {
    out.append('\\');
    switch (c) {
      case 0 -> out.append('0');
      case 7 -> out.append('a');
      case '\b' -> out.append('b');
      case '\t' -> out.append('t');
      case '\n' -> out.append('n');
      case 0x0B -> out.append('v');
      case '\f' -> out.append('f');
      case '\r' -> out.append('r');
      case 0x1B -> out.append('e');
      case '"' -> out.append('"');
      case '\\' -> out.append('\\');
      case 0x85 -> out.append('N');
      case 0xA0 -> out.append('_');
      // Their short escapes, L and P, are not known to every reader, ours among them.
      case 0x2028 -> out.append("u2028");
      case 0x2029 -> out.append("u2029");
      default ->
          out.append(
              c <= 0xFF
                  ? String.format(Locale.ROOT, "x%02X", c)
                  : c <= 0xFFFF
                      ? String.format(Locale.ROOT, "u%04X", c)
                      : String.format(Locale.ROOT, "U%08X", c));
    }
  }

  String singleQuoted() {
    return "'" + value.replace("'", "''") + "'";
  }
}
