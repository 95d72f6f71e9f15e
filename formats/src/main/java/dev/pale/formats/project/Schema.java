package dev.pale.formats.project;

import dev.pale.formats.DidYouMean;
import dev.pale.formats.toml.TomlTable;
import dev.pale.formats.toml.TomlValue;
import dev.pale.secrets.PaleException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Typed reading of a table's keys, with errors that name the line and never the content. */
final class Schema {
  private final String source;

  /** A schema for a file of this name. */
  Schema(String source) {
    this.source = source;
  }

  /** Refuses keys that are not known: a typing error must not switch a protection off. */
  void requireKnown(TomlTable table, String where, String... known) {
    for (String key : table.keys()) {
      boolean found = false;
      for (String one : known) {
        found |= one.equals(key);
      }
      if (!found) {
        int line = table.get(key).map(TomlValue::line).orElse(table.line());
        throw unknown(key, where, line, List.of(known));
      }
    }
  }

  private PaleException unknown(String key, String where, int line, List<String> known) {
    Optional<String> meant = DidYouMean.nearest(key, known);
    return PaleException.of(
        411,
        source + " line " + line + ": unknown key" + shown(key) + where,
        meant.isPresent() ? "did you mean '" + meant.get() + "'?" : "known: " + list(known),
        "update pale or remove it");
  }

  /** A key may be a value pasted in the wrong place: only a short lower-case word is repeated. */
  private static String shown(String key) {
    if (key.isEmpty() || key.length() > 20) {
      return "";
    }
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (!(c >= 'a' && c <= 'z') && c != '_') {
        return "";
      }
    }
    return " '" + key + "'";
  }

  /** A string, or empty when the key is absent. */
  Optional<String> text(TomlTable table, String key) {
    Optional<TomlValue> value = table.get(key);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (value.get() instanceof TomlValue.Text text) {
      return Optional.of(text.text());
    }
    throw wrongType(value.get(), key, "a string");
  }

  boolean truth(TomlTable table, String key, boolean otherwise) {
    Optional<TomlValue> value = table.get(key);
    if (value.isEmpty()) {
      return otherwise;
    }
    if (value.get() instanceof TomlValue.Truth truth) {
      return truth.value();
    }
    throw wrongType(value.get(), key, "true or false");
  }

  long whole(TomlTable table, String key, long otherwise, long least, long most) {
    Optional<TomlValue> value = table.get(key);
    if (value.isEmpty()) {
      return otherwise;
    }
    if (!(value.get() instanceof TomlValue.Whole whole)) {
      throw wrongType(value.get(), key, "a whole number");
    }
    if (whole.number() < least || whole.number() > most) {
      throw notAllowed(value.get(), key, "from " + least + " to " + most);
    }
    return whole.number();
  }

  List<String> texts(TomlTable table, String key) {
    Optional<TomlValue> value = table.get(key);
    if (value.isEmpty()) {
      return List.of();
    }
    if (!(value.get() instanceof TomlValue.Array array)) {
      throw wrongType(value.get(), key, "a list of strings");
    }
    List<String> texts = new ArrayList<>();
    for (TomlValue item : array.items()) {
      if (!(item instanceof TomlValue.Text text)) {
        throw wrongType(item, key, "a list of strings");
      }
      texts.add(text.text());
    }
    return texts;
  }

  TomlTable table(TomlTable table, String key) {
    Optional<TomlValue> value = table.get(key);
    if (value.isEmpty()) {
      return TomlTable.empty();
    }
    if (value.get() instanceof TomlTable inner) {
      return inner;
    }
    throw wrongType(value.get(), key, "a table");
  }

  /** The tables of an array of tables; none when the key is absent. */
  List<TomlTable> tables(TomlTable table, String key) {
    Optional<TomlValue> value = table.get(key);
    if (value.isEmpty()) {
      return List.of();
    }
    if (!(value.get() instanceof TomlValue.Array array)) {
      throw wrongType(value.get(), key, "a list of tables");
    }
    List<TomlTable> tables = new ArrayList<>();
    for (TomlValue item : array.items()) {
      if (!(item instanceof TomlTable inner)) {
        throw wrongType(item, key, "a list of tables");
      }
      tables.add(inner);
    }
    return tables;
  }

  /** The position of the text among the words, or -1 when the key is absent. */
  int oneOf(TomlTable table, String key, String... words) {
    Optional<String> text = text(table, key);
    if (text.isEmpty()) {
      return -1;
    }
    for (int i = 0; i < words.length; i++) {
      if (words[i].equals(text.get())) {
        return i;
      }
    }
    throw notAllowed(table.get(key).orElse(table), key, "one of: " + list(List.of(words)));
  }

  PaleException wrongType(TomlValue value, String key, String wanted) {
    return PaleException.of(
        412,
        source + " line " + value.line() + ": " + key + " is " + value.kind(),
        "it must be " + wanted,
        "mend line " + value.line() + " of " + source);
  }

  PaleException notAllowed(TomlValue value, String key, String allowed) {
    return PaleException.of(
        413,
        source + " line " + value.line() + ": this value of " + key + " is not allowed",
        allowed,
        "mend line " + value.line() + " of " + source);
  }

  private static String list(List<String> words) {
    return String.join(", ", words);
  }
}
