package dev.pale.formats.toml;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A table: keys in the order of the file. Immutable once it was given out. */
public final class TomlTable implements TomlValue {
  /** How a table came to be, which decides what may still be added to it. */
  enum Origin {
    /** Named only as a part of a longer header; a header of its own may follow. */
    IMPLIED,
    /** Has its own header, or is the whole file. */
    HEADER,
    /** Made by a dotted key. */
    DOTTED,
    /** Written in braces: complete. */
    INLINE
  }

  final Map<String, TomlValue> members = new LinkedHashMap<>();
  Origin origin;
  private final int line;
  private final int column;

  TomlTable(Origin origin, int line, int column) {
    this.origin = origin;
    this.line = line;
    this.column = column;
  }

  /** A table without keys, for a section that is absent. */
  public static TomlTable empty() {
    return new TomlTable(Origin.HEADER, 1, 1);
  }

  /** The keys, in the order of the file. */
  public Set<String> keys() {
    return Collections.unmodifiableSet(members.keySet());
  }

  /** The value of a key; the key is taken as it is, dots do not descend. */
  public Optional<TomlValue> get(String key) {
    return Optional.ofNullable(members.get(key));
  }

  /** Whether it has no keys. */
  public boolean isEmpty() {
    return members.isEmpty();
  }

  @Override
  public int line() {
    return line;
  }

  @Override
  public int column() {
    return column;
  }

  @Override
  public String kind() {
    return "a table";
  }

  @Override
  public String toString() {
    return "TomlTable" + members;
  }
}
