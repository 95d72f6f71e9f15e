package dev.pale.formats.toml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A value with the place in the file where it starts: line and column from 1. Immutable. */
public sealed interface TomlValue
    permits TomlValue.Text,
        TomlValue.Whole,
        TomlValue.Decimal,
        TomlValue.Truth,
        TomlValue.Array,
        TomlTable {
  /** The line, from 1. */
  int line();

  /** The column in characters, from 1. */
  int column();

  /** What it is, for errors: {@code a string}. */
  String kind();

  /** A string. */
  record Text(String text, int line, int column) implements TomlValue {
    @Override
    public String kind() {
      return "a string";
    }
  }

  /** An integer. */
  record Whole(long number, int line, int column) implements TomlValue {
    @Override
    public String kind() {
      return "an integer";
    }
  }

  /** A float. */
  record Decimal(double number, int line, int column) implements TomlValue {
    @Override
    public String kind() {
      return "a float";
    }
  }

  /** A boolean. */
  record Truth(boolean value, int line, int column) implements TomlValue {
    @Override
    public String kind() {
      return "a boolean";
    }
  }

  /** An array, also of tables. Immutable once it was given out. */
  final class Array implements TomlValue {
    final List<TomlValue> members = new ArrayList<>();

    /** Whether it comes from {@code [[name]]} and may still grow while the file is read. */
    final boolean ofTables;

    private final int line;
    private final int column;

    Array(boolean ofTables, int line, int column) {
      this.ofTables = ofTables;
      this.line = line;
      this.column = column;
    }

    /** The items, in order. */
    public List<TomlValue> items() {
      return Collections.unmodifiableList(members);
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
      return "an array";
    }

    @Override
    public String toString() {
      return "Array" + members;
    }
  }
}
