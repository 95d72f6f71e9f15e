package dev.pale.formats.json;

import dev.pale.formats.json.JsonValue.JsonArray;
import dev.pale.formats.json.JsonValue.JsonBoolean;
import dev.pale.formats.json.JsonValue.JsonNull;
import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.formats.text.StrictText;
import dev.pale.secrets.PaleException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One pass over one document, recursive descent. */
final class JsonParser {
  private static final int END = -1;

  private final String text;
  private final String source;
  private int at;
  private int depth;

  JsonParser(String text, String source) {
    this.text = text;
    this.source = source;
  }

  JsonValue document() {
    JsonValue value = value();
    space();
    if (at < text.length()) {
      throw error("text after the end of the value");
    }
    return value;
  }

  private JsonValue value() {
    space();
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> new JsonString(string());
      case 't' -> word("true", new JsonBoolean(true));
      case 'f' -> word("false", new JsonBoolean(false));
      case 'n' -> word("null", new JsonNull());
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
      case END -> throw error("the text ends where a value is expected");
      default -> throw error("not a value");
    };
  }

  private JsonValue object() {
    enter();
    Map<String, JsonValue> members = new LinkedHashMap<>();
    space();
    if (peek() == '}') {
      leave();
      return new JsonObject(members);
    }
    while (true) {
      space();
      if (peek() != '"') {
        throw error("a member's name in double quotes is expected");
      }
      int start = at;
      String name = string();
      space();
      expect(':', "':' is expected after a member's name");
      JsonValue value = value();
      if (members.putIfAbsent(name, value) != null) {
        at = start;
        throw error("the object has two members of this name");
      }
      space();
      if (peek() == '}') {
        leave();
        return new JsonObject(members);
      }
      expect(',', "',' or '}' is expected");
    }
  }

  private JsonValue array() {
    enter();
    List<JsonValue> items = new ArrayList<>();
    space();
    if (peek() == ']') {
      leave();
      return new JsonArray(items);
    }
    while (true) {
      items.add(value());
      space();
      if (peek() == ']') {
        leave();
        return new JsonArray(items);
      }
      expect(',', "',' or ']' is expected");
    }
  }

  private void enter() {
    if (++depth > Json.MAX_DEPTH) {
      throw error("more than " + Json.MAX_DEPTH + " levels");
    }
    at++;
  }

  private void leave() {
    depth--;
    at++;
  }

  private JsonValue word(String word, JsonValue value) {
    if (!text.startsWith(word, at)) {
      throw error("not a value");
    }
    at += word.length();
    return value;
  }

  private JsonValue number() {
    int start = at;
    if (peek() == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else {
      digits();
    }
    if (peek() == '.') {
      at++;
      digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits();
    }
    return new JsonNumber(text.substring(start, at));
  }

  private void digits() {
    int start = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    if (at == start) {
      throw error("a digit is expected");
    }
  }

  private String string() {
    int start = ++at;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        return text.substring(start, at++);
      }
      if (c == '\\') {
        return stringWithEscapes(start);
      }
      refuseControl(c);
      at++;
    }
    throw error("the string has no end");
  }

  private String stringWithEscapes(int start) {
    StringBuilder out = new StringBuilder(text.substring(start, at));
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return out.toString();
      }
      if (c == '\\') {
        escape(out);
      } else {
        refuseControl(c);
        out.append(c);
        at++;
      }
    }
    throw error("the string has no end");
  }

  private void escape(StringBuilder out) {
    at++;
    int c = peek();
    at++;
    switch (c) {
      case '"', '\\', '/' -> out.append((char) c);
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'n' -> out.append('\n');
      case 'r' -> out.append('\r');
      case 't' -> out.append('\t');
      case 'u' -> unicode(out);
      default -> {
        at--;
        throw error("no such escape");
      }
    }
  }

  private void unicode(StringBuilder out) {
    char first = hex4();
    if (Character.isLowSurrogate(first)) {
      throw error("half of a surrogate pair");
    }
    out.append(first);
    if (Character.isHighSurrogate(first)) {
      if (!text.startsWith("\\u", at)) {
        throw error("half of a surrogate pair");
      }
      at += 2;
      char second = hex4();
      if (!Character.isLowSurrogate(second)) {
        throw error("half of a surrogate pair");
      }
      out.append(second);
    }
  }

  private char hex4() {
    int number = 0;
    for (int i = 0; i < 4; i++) {
      int c = peek();
      int digit = c < 0 || c > 'f' ? -1 : Character.digit((char) c, 16);
      if (digit < 0) {
        throw error("four hexadecimal digits are expected");
      }
      number = number * 16 + digit;
      at++;
    }
    return (char) number;
  }

  private void refuseControl(char c) {
    if (c < ' ') {
      throw error("a control character must be escaped");
    }
  }

  private void expect(char c, String otherwise) {
    if (peek() != c) {
      throw error(otherwise);
    }
    at++;
  }

  private int peek() {
    return at < text.length() ? text.charAt(at) : END;
  }

  private void space() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
        return;
      }
      at++;
    }
  }

  private PaleException error(String why) {
    return PaleException.of(
        430, source + " is not JSON", StrictText.place(text, at) + ": " + why, "mend the file");
  }
}
