package dev.pale.formats.json;

import dev.pale.formats.json.JsonValue.JsonArray;
import dev.pale.formats.json.JsonValue.JsonBoolean;
import dev.pale.formats.json.JsonValue.JsonNull;
import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import java.time.Instant;
import java.util.Map;

/**
 * Writes one JSON document into memory. Text is kept as Unicode; only what must be escaped is, and
 * U+2028, U+2029 and DEL, which some readers and terminals trip over.
 *
 * <pre>{@code
 * new JsonWriter().beginObject().name("names").beginArray().value("A").endArray().endObject().toString();
 * }</pre>
 *
 * <p>Misuse (a value without a name in an object, an unclosed array) throws {@link
 * IllegalStateException}. Not thread-safe.
 */
public final class JsonWriter {
  private static final String HEX = "0123456789abcdef";

  private final StringBuilder out = new StringBuilder();

  /** One character a level: {@code o} or {@code a}. */
  private final StringBuilder open = new StringBuilder();

  private boolean first = true;
  private boolean named;
  private boolean done;

  /** An empty document, to be filled with one value. */
  public JsonWriter() {}

  /** Starts an object. */
  public JsonWriter beginObject() {
    return begin('o', '{');
  }

  /** Ends the object. */
  public JsonWriter endObject() {
    return end('o', '}');
  }

  /** Starts an array. */
  public JsonWriter beginArray() {
    return begin('a', '[');
  }

  /** Ends the array. */
  public JsonWriter endArray() {
    return end('a', ']');
  }

  /** The name of the next member. */
  public JsonWriter name(String name) {
    if (!inside('o') || named) {
      throw new IllegalStateException("a name is not expected here");
    }
    comma();
    quote(name);
    out.append(':');
    named = true;
    return this;
  }

  /** A string. A lone surrogate becomes U+FFFD. */
  public JsonWriter value(String text) {
    before();
    quote(text);
    return this;
  }

  /** A whole number. */
  public JsonWriter value(long number) {
    before();
    out.append(number);
    return this;
  }

  /** A number; infinities and NaN are refused with {@link IllegalArgumentException}. */
  public JsonWriter value(double number) {
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException("JSON has no infinities and no NaN");
    }
    before();
    out.append(number);
    return this;
  }

  /** A truth value. */
  public JsonWriter value(boolean truth) {
    before();
    out.append(truth);
    return this;
  }

  /** A point in time, as text: {@code 2026-11-20T10:15:30Z}. */
  public JsonWriter value(Instant time) {
    return value(time.toString());
  }

  /** {@code null}. */
  public JsonWriter nullValue() {
    before();
    out.append("null");
    return this;
  }

  /** A value that was read or built elsewhere. */
  public JsonWriter value(JsonValue value) {
    switch (value) {
      case JsonObject object -> {
        beginObject();
        for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
          name(member.getKey()).value(member.getValue());
        }
        endObject();
      }
      case JsonArray array -> {
        beginArray();
        for (JsonValue item : array.items()) {
          value(item);
        }
        endArray();
      }
      case JsonString string -> value(string.text());
      case JsonNumber number -> {
        before();
        out.append(number.literal());
      }
      case JsonBoolean truth -> value(truth.value());
      case JsonNull nothing -> nullValue();
    }
    return this;
  }

  /** {@code name(name).value(text)}. */
  public JsonWriter member(String name, String text) {
    return name(name).value(text);
  }

  /** {@code name(name).value(number)}. */
  public JsonWriter member(String name, long number) {
    return name(name).value(number);
  }

  /** {@code name(name).value(truth)}. */
  public JsonWriter member(String name, boolean truth) {
    return name(name).value(truth);
  }

  /** {@code name(name).value(time)}. */
  public JsonWriter member(String name, Instant time) {
    return name(name).value(time);
  }

  /** The finished document, without a newline at the end. */
  @Override
  public String toString() {
    if (!done) {
      throw new IllegalStateException("the document is not finished");
    }
    return out.toString();
  }

  private JsonWriter begin(char kind, char bracket) {
    before();
    done = false;
    out.append(bracket);
    open.append(kind);
    first = true;
    return this;
  }

  private JsonWriter end(char kind, char bracket) {
    if (!inside(kind) || named) {
      throw new IllegalStateException("an end is not expected here");
    }
    open.setLength(open.length() - 1);
    out.append(bracket);
    first = false;
    done = open.isEmpty();
    return this;
  }

  private void before() {
    if (open.isEmpty()) {
      if (done || !out.isEmpty()) {
        throw new IllegalStateException("the document is already finished");
      }
      done = true;
    } else if (inside('o')) {
      if (!named) {
        throw new IllegalStateException("a name is expected here");
      }
      named = false;
    } else {
      comma();
    }
  }

  private void comma() {
    if (!first) {
      out.append(',');
    }
    first = false;
  }

  private boolean inside(char kind) {
    return !open.isEmpty() && open.charAt(open.length() - 1) == kind;
  }

  private void quote(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ' || c == 0x7f || c == 0x2028 || c == 0x2029) {
            unicode(c);
          } else if (Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1))) {
            out.append(c).append(text.charAt(++i));
          } else {
            out.append(Character.isSurrogate(c) ? '\ufffd' : c);
          }
        }
      }
    }
    out.append('"');
  }

  private void unicode(char c) {
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.append(HEX.charAt((c >> shift) & 15));
    }
  }
}
