package dev.pale.gateway.inject;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the text at a JSON pointer (RFC 6901) in bytes that {@link dev.pale.formats.json.Json} has
 * accepted, so that it can be replaced without a change to anything around it.
 */
final class JsonSpan {
  private static final int[] NONE = {};

  private final byte[] json;
  private int at;

  private JsonSpan(byte[] json) {
    this.json = json;
  }

  /**
   * Position after the opening quote and of the closing quote of the text at the pointer; empty
   * when there is nothing or something else than a text.
   */
  static int[] find(byte[] json, String pointer) {
    JsonSpan span = new JsonSpan(json);
    for (String step : steps(pointer)) {
      span.space();
      boolean found =
          switch (span.peek()) {
            case '{' -> span.member(step);
            case '[' -> span.item(step);
            default -> false;
          };
      if (!found) {
        return NONE;
      }
    }
    span.space();
    if (span.peek() != '"') {
      return NONE;
    }
    int from = span.at + 1;
    span.string();
    return new int[] {from, span.at - 1};
  }

  private static List<String> steps(String pointer) {
    List<String> steps = new ArrayList<>();
    int from = 1;
    while (from <= pointer.length() && !pointer.isEmpty()) {
      int slash = pointer.indexOf('/', from);
      int to = slash < 0 ? pointer.length() : slash;
      steps.add(pointer.substring(from, to).replace("~1", "/").replace("~0", "~"));
      from = to + 1;
    }
    return steps;
  }

  private boolean member(String name) {
    at++;
    space();
    while (peek() != '}') {
      int from = at + 1;
      string();
      boolean same = Arrays.equals(unescape(json, from, at - 1), utf8(name));
      space();
      at++;
      space();
      if (same) {
        return true;
      }
      value();
      space();
      if (peek() == ',') {
        at++;
        space();
      }
    }
    return false;
  }

  private boolean item(String number) {
    boolean index = !number.isEmpty() && number.length() < 9;
    for (int i = 0; i < number.length(); i++) {
      index &= number.charAt(i) >= '0' && number.charAt(i) <= '9';
    }
    if (!index || (number.length() > 1 && number.charAt(0) == '0')) {
      return false;
    }
    int wanted = Integer.parseInt(number);
    at++;
    space();
    for (int i = 0; peek() != ']'; i++) {
      if (i == wanted) {
        return true;
      }
      value();
      space();
      if (peek() == ',') {
        at++;
        space();
      }
    }
    return false;
  }

  /** Goes past a value, without recursion. */
  private void value() {
    int depth = 0;
    do {
      switch (peek()) {
        case '"' -> string();
        case '{', '[' -> {
          depth++;
          at++;
        }
        case '}', ']' -> {
          depth--;
          at++;
        }
        case ',', ':', ' ', '\t', '\n', '\r' -> at++;
        default -> word();
      }
    } while (depth > 0);
  }

  private void word() {
    while (at < json.length && ",:]} \t\n\r".indexOf(json[at]) < 0) {
      at++;
    }
  }

  private void string() {
    at++;
    while (json[at] != '"') {
      at += json[at] == '\\' ? 2 : 1;
    }
    at++;
  }

  private int peek() {
    return at < json.length ? json[at] : -1;
  }

  private void space() {
    while (at < json.length && " \t\n\r".indexOf(json[at]) >= 0) {
      at++;
    }
  }

  /** The text that the inside of a JSON string stands for, in UTF-8. */
  static byte[] unescape(byte[] json, int from, int to) {
    StringBuilder out = new StringBuilder();
    String text = new String(json, from, to - from, StandardCharsets.UTF_8);
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i++);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char e = text.charAt(i++);
      switch (e) {
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'u' -> {
          out.append((char) Integer.parseInt(text, i, i + 4, 16));
          i += 4;
        }
        default -> out.append(e);
      }
    }
    return utf8(out.toString());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The inside of a JSON string for a value that is UTF-8; to be wiped by the caller. */
  static byte[] escape(byte[] value) {
    Wiped out = new Wiped(value.length * 6);
    for (byte b : value) {
      if (b == '"' || b == '\\') {
        out.write('\\');
        out.write(b);
      } else if (b >= 0 && b < ' ') {
        String hex = "0123456789abcdef";
        out.write('\\');
        out.write('u');
        out.write('0');
        out.write('0');
        out.write(hex.charAt(b >> 4));
        out.write(hex.charAt(b & 15));
      } else {
        out.write(b);
      }
    }
    return out.take();
  }

  /** A buffer that never grows, and is wiped once its content was taken. */
  private static final class Wiped extends ByteArrayOutputStream {
    Wiped(int capacity) {
      super(capacity);
    }

    byte[] take() {
      byte[] result = Arrays.copyOf(buf, count);
      Arrays.fill(buf, (byte) 0);
      return result;
    }
  }
}
