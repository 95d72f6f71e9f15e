package dev.pale.sops;

import dev.pale.secrets.PaleException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads JSON in order, with duplicates. Numbers are integers when they are written so and fit 64
 * bits, else floats.
 */
final class JsonReader {
  private final byte[] text;
  private int at;
  private int nodes;

  JsonReader(byte[] text) {
    this.text = text;
  }

  /** An object and nothing after it. */
  SopsNode.Branch document() {
    space();
    if (at >= text.length || text[at] != '{') {
      throw refuse(at, "SOPS takes an object at the top only");
    }
    SopsNode value = any(0);
    end();
    return (SopsNode.Branch) value;
  }

  /** One value and nothing after it. */
  SopsNode value() {
    space();
    SopsNode value = any(0);
    end();
    return value;
  }

  private void end() {
    space();
    if (at < text.length) {
      throw wrong("something stands behind the end");
    }
  }

  private SopsNode any(int depth) {
    if (depth > Problems.MAX_DEPTH) {
      throw refuse(at, "nested too deep");
    }
    if (++nodes > Problems.MAX_NODES) {
      throw Problems.tooMuch("too many values");
    }
    if (at >= text.length) {
      throw wrong("it ends too early");
    }
    return switch (text[at]) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> new SopsNode.Leaf(SopsNode.Type.STR, string());
      case 't' -> word("true", SopsNode.Leaf.bool(true));
      case 'f' -> word("false", SopsNode.Leaf.bool(false));
      case 'n' -> word("null", SopsNode.Leaf.nothing());
      default -> number();
    };
  }

  private SopsNode word(String word, SopsNode.Leaf leaf) {
    byte[] expected = word.getBytes(StandardCharsets.US_ASCII);
    if (at + expected.length > text.length
        || !Arrays.equals(text, at, at + expected.length, expected, 0, expected.length)) {
      throw wrong("a value is expected");
    }
    at += expected.length;
    return leaf;
  }

  private SopsNode.Branch object(int depth) {
    List<SopsNode.Entry> entries = new ArrayList<>();
    at++;
    space();
    if (peek('}')) {
      return new SopsNode.Branch(entries);
    }
    while (true) {
      space();
      if (at >= text.length || text[at] != '"') {
        throw wrong("a key in quotes is expected");
      }
      String key = new String(string(), StandardCharsets.UTF_8);
      space();
      if (!peek(':')) {
        throw wrong("a colon is expected");
      }
      space();
      entries.add(SopsNode.Entry.of(key, any(depth + 1)));
      space();
      if (peek('}')) {
        return new SopsNode.Branch(entries);
      }
      if (!peek(',')) {
        throw wrong("a comma or a closing brace is expected");
      }
    }
  }

  private SopsNode.Sequence array(int depth) {
    List<SopsNode> items = new ArrayList<>();
    at++;
    space();
    if (peek(']')) {
      return new SopsNode.Sequence(items);
    }
    while (true) {
      space();
      items.add(any(depth + 1));
      space();
      if (peek(']')) {
        return new SopsNode.Sequence(items);
      }
      if (!peek(',')) {
        throw wrong("a comma or a closing bracket is expected");
      }
    }
  }

  private boolean peek(char c) {
    if (at < text.length && text[at] == c) {
      at++;
      return true;
    }
    return false;
  }

  private SopsNode.Leaf number() {
    int start = at;
    while (at < text.length && "+-.eE0123456789".indexOf(text[at]) >= 0) {
      at++;
    }
    String digits = new String(text, start, at - start, StandardCharsets.US_ASCII);
    if (digits.length() > 1000
        || !digits.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,9})?")) {
      at = start;
      throw wrong("a value is expected");
    }
    if (digits.matches("-?[0-9]{1,19}")) {
      try {
        return SopsNode.Leaf.integer(Long.parseLong(digits));
      } catch (NumberFormatException e) {
        // Beyond 64 bits: a float, as sops has it.
      }
    }
    return LeafTypes.number(digits)
        .map(SopsNode.Leaf::number)
        .orElseThrow(() -> refuse(start, "a number too large for 64 bits"));
  }

  /** UTF-8. */
  private byte[] string() {
    int start = at;
    at++;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (true) {
      if (at >= text.length) {
        at = start;
        throw wrong("a text does not end");
      }
      int c = text[at++] & 0xff;
      if (c == '"') {
        byte[] bytes = out.toByteArray();
        if (PlainText.utf8(bytes).isEmpty()) {
          at = start;
          throw wrong("a text is not UTF-8");
        }
        return bytes;
      }
      if (c < 0x20) {
        at--;
        throw wrong("a control character in a text");
      }
      if (c == '\\') {
        escape(out);
      } else {
        out.write(c);
      }
    }
  }

  private void escape(ByteArrayOutputStream out) {
    int c = at < text.length ? text[at++] : -1;
    switch (c) {
      case '"', '\\', '/' -> out.write(c);
      case 'b' -> out.write('\b');
      case 'f' -> out.write('\f');
      case 'n' -> out.write('\n');
      case 'r' -> out.write('\r');
      case 't' -> out.write('\t');
      case 'u' -> {
        int unit = hex();
        if (Character.isHighSurrogate((char) unit)
            && at + 1 < text.length
            && text[at] == '\\'
            && text[at + 1] == 'u') {
          int before = at;
          at += 2;
          int low = hex();
          if (Character.isLowSurrogate((char) low)) {
            unit = Character.toCodePoint((char) unit, (char) low);
          } else {
            at = before;
          }
        }
        // A lone half becomes the replacement character, as in Go.
        int point = unit >= 0xD800 && unit <= 0xDFFF ? 0xFFFD : unit;
        out.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
      }
      default -> {
        at--;
        throw wrong("an escape that JSON does not have");
      }
    }
  }

  private int hex() {
    if (at + 4 > text.length) {
      throw wrong("a text does not end");
    }
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(text[at + i], 16);
      if (digit < 0) {
        throw wrong("an escape that JSON does not have");
      }
      unit = unit << 4 | digit;
    }
    at += 4;
    return unit;
  }

  private void space() {
    while (at < text.length
        && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')) {
      at++;
    }
  }

  private PaleException wrong(String why) {
    return Problems.malformed(SopsFormat.JSON, line(at), column(at), why);
  }

  private PaleException refuse(int where, String why) {
    return Problems.unsupported(line(where), column(where), why);
  }

  private int line(int where) {
    int line = 1;
    for (int i = 0; i < Math.min(where, text.length); i++) {
      if (text[i] == '\n') {
        line++;
      }
    }
    return line;
  }

  private int column(int where) {
    int column = 1;
    for (int i = Math.min(where, text.length) - 1; i >= 0 && text[i] != '\n'; i--) {
      column++;
    }
    return column;
  }
}
