package dev.pale.formats.json;

import java.time.Instant;

/**
 * Writes one JSON document into memory. Pure ASCII is not needed: text is kept as Unicode, only
 * what must be escaped is.
 *
 * <pre>{@code
 * String text = new JsonWriter().beginObject().name("names").beginArray().value("A").endArray().endObject().toString();
 * }</pre>
 *
 * <p>Misuse (a value without a name in an object, an unclosed array) throws {@link
 * IllegalStateException}. Not thread-safe.
 */
public final class JsonWriter {
  private final StringBuilder out = new StringBuilder();

  /** Starts an object. */
  public JsonWriter beginObject() {
    return this;
  }

  /** Ends the object. */
  public JsonWriter endObject() {
    return this;
  }

  /** Starts an array. */
  public JsonWriter beginArray() {
    return this;
  }

  /** Ends the array. */
  public JsonWriter endArray() {
    return this;
  }

  /** The name of the next member. */
  public JsonWriter name(String name) {
    return this;
  }

  /** A string. */
  public JsonWriter value(String text) {
    return this;
  }

  /** A whole number. */
  public JsonWriter value(long number) {
    return this;
  }

  /** A number; infinities and NaN are refused with {@link IllegalArgumentException}. */
  public JsonWriter value(double number) {
    return this;
  }

  /** A truth value. */
  public JsonWriter value(boolean truth) {
    return this;
  }

  /** A point in time, as text: {@code 2026-11-20T10:15:30Z}. */
  public JsonWriter value(Instant time) {
    return this;
  }

  /** {@code null}. */
  public JsonWriter nullValue() {
    return this;
  }

  /** A value that was read or built elsewhere. */
  public JsonWriter value(JsonValue value) {
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
    return out.toString();
  }
}
