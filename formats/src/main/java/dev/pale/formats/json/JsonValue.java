package dev.pale.formats.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON value. Immutable. */
public sealed interface JsonValue {
  /** An object; members keep their order. */
  record JsonObject(Map<String, JsonValue> members) implements JsonValue {
    public JsonObject {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }
  }

  /** An array. */
  record JsonArray(List<JsonValue> items) implements JsonValue {
    public JsonArray {
      items = List.copyOf(items);
    }
  }

  /** A string; may hold a secret, so it does not print its text. */
  record JsonString(String text) implements JsonValue {
    @Override
    public String toString() {
      return "JsonString[" + text.length() + " characters]";
    }
  }

  /** A number, as it was written. */
  record JsonNumber(String literal) implements JsonValue {
    /**
     * The number as a {@code long}.
     *
     * @throws NumberFormatException when it is no whole number of that range
     */
    public long asLong() {
      return Long.parseLong(literal);
    }

    /** The nearest {@code double}. */
    public double asDouble() {
      return Double.parseDouble(literal);
    }
  }

  /** {@code true} or {@code false}. */
  record JsonBoolean(boolean value) implements JsonValue {}

  /** {@code null}. */
  record JsonNull() implements JsonValue {}
}
