package dev.pale.formats.toml;

import dev.pale.formats.toml.TomlTable.Origin;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Statements, keys and tables. Values are read by {@link TomlScalars}. */
final class TomlParser {
  private final TomlText in;
  private final TomlScalars scalars;
  private final TomlTable root;
  private int depth;

  TomlParser(String text, String source) {
    this.in = new TomlText(text, source);
    this.scalars = new TomlScalars(in);
    this.root = new TomlTable(Origin.HEADER, 1, 1);
  }

  TomlTable document() {
    TomlTable current = root;
    while (true) {
      in.blank();
      int c = in.peek();
      if (c == TomlText.END) {
        return root;
      }
      if (c == '[') {
        current = header();
        in.endOfLine();
      } else if (c == '#' || c == '\n' || c == '\r') {
        in.endOfLine();
      } else {
        assignment(current);
        in.endOfLine();
      }
    }
  }

  /** {@code [a.b]} or {@code [[a.b]]}. */
  private TomlTable header() {
    int line = in.line();
    int column = in.column();
    in.next();
    boolean ofTables = in.peek() == '[';
    if (ofTables) {
      in.next();
    }
    in.blank();
    List<String> path = key();
    in.expect(']', "']' is expected after the name of a table");
    if (ofTables) {
      in.expect(']', "']]' is expected after the name of a table");
    }
    TomlTable parent = root;
    int last = path.size() - 1;
    for (int i = 0; i < last; i++) {
      parent = stepByHeader(parent, path.get(i), line, column);
    }
    return ofTables
        ? append(parent, path.get(last), line, column)
        : define(parent, path.get(last), line, column);
  }

  private TomlTable stepByHeader(TomlTable parent, String name, int line, int column) {
    TomlValue there = parent.members.get(name);
    if (there == null) {
      TomlTable implied = new TomlTable(Origin.IMPLIED, line, column);
      parent.members.put(name, implied);
      return implied;
    }
    if (there instanceof TomlTable table && table.origin != Origin.INLINE) {
      return table;
    }
    if (there instanceof TomlValue.Array array
        && array.ofTables
        && array.members.getLast() instanceof TomlTable table) {
      return table;
    }
    throw in.error("the name of the table goes through something that is no table", line, column);
  }

  private TomlTable define(TomlTable parent, String name, int line, int column) {
    TomlValue there = parent.members.get(name);
    if (there == null) {
      TomlTable table = new TomlTable(Origin.HEADER, line, column);
      parent.members.put(name, table);
      return table;
    }
    if (there instanceof TomlTable table && table.origin == Origin.IMPLIED) {
      // The header says where the table really is, so a new one takes over what is known.
      TomlTable defined = new TomlTable(Origin.HEADER, line, column);
      defined.members.putAll(table.members);
      parent.members.put(name, defined);
      return defined;
    }
    throw in.error("this table or key is there already", line, column);
  }

  private TomlTable append(TomlTable parent, String name, int line, int column) {
    TomlValue there = parent.members.get(name);
    TomlTable table = new TomlTable(Origin.HEADER, line, column);
    if (there == null) {
      TomlValue.Array array = new TomlValue.Array(true, line, column);
      array.members.add(table);
      parent.members.put(name, array);
      return table;
    }
    if (there instanceof TomlValue.Array array && array.ofTables) {
      array.members.add(table);
      return table;
    }
    throw in.error("this table or key is there already", line, column);
  }

  /** {@code a.b = value} inside a table. */
  private void assignment(TomlTable table) {
    int line = in.line();
    int column = in.column();
    List<String> path = key();
    in.expect('=', "'=' is expected after a key");
    in.blank();
    TomlTable parent = table;
    int last = path.size() - 1;
    for (int i = 0; i < last; i++) {
      parent = stepByDots(parent, path.get(i), line, column);
    }
    TomlValue value = value();
    if (parent.members.putIfAbsent(path.get(last), value) != null) {
      throw in.error("this key is there already", line, column);
    }
  }

  private TomlTable stepByDots(TomlTable parent, String name, int line, int column) {
    TomlValue there = parent.members.get(name);
    if (there == null) {
      TomlTable dotted = new TomlTable(Origin.DOTTED, line, column);
      parent.members.put(name, dotted);
      return dotted;
    }
    if (there instanceof TomlTable dotted && dotted.origin == Origin.DOTTED) {
      return dotted;
    }
    throw in.error("the key goes through something that is defined already", line, column);
  }

  private List<String> key() {
    List<String> path = new ArrayList<>(2);
    while (true) {
      path.add(simpleKey());
      if (path.size() > Toml.MAX_DEPTH) {
        throw in.error("more than " + Toml.MAX_DEPTH + " levels");
      }
      in.blank();
      if (in.peek() != '.') {
        return path;
      }
      in.next();
      in.blank();
    }
  }

  private String simpleKey() {
    int c = in.peek();
    if (c == '"' || c == '\'') {
      return scalars.oneLineString();
    }
    int start = in.offset();
    while (isBareKey(in.peek())) {
      in.next();
    }
    if (in.offset() == start) {
      throw in.error("a key is expected");
    }
    return in.since(start);
  }

  static boolean isBareKey(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-';
  }

  private TomlValue value() {
    int c = in.peek();
    if (c == '[') {
      return nested(array());
    }
    if (c == '{') {
      return nested(inlineTable());
    }
    return scalars.value();
  }

  private TomlValue nested(TomlValue value) {
    depth--;
    return value;
  }

  private void enter() {
    if (++depth > Toml.MAX_DEPTH) {
      throw in.error("more than " + Toml.MAX_DEPTH + " levels");
    }
  }

  private TomlValue array() {
    enter();
    TomlValue.Array array = new TomlValue.Array(false, in.line(), in.column());
    in.next();
    while (true) {
      in.blankLines();
      if (in.peek() == ']') {
        in.next();
        return array;
      }
      array.members.add(value());
      in.blankLines();
      if (in.peek() == ',') {
        in.next();
      } else if (in.peek() != ']') {
        throw in.error("',' or ']' is expected");
      }
    }
  }

  private TomlValue inlineTable() {
    enter();
    TomlTable table = new TomlTable(Origin.HEADER, in.line(), in.column());
    in.next();
    in.blank();
    if (in.peek() == '}') {
      in.next();
      return sealed(table);
    }
    while (true) {
      in.blank();
      assignment(table);
      in.blank();
      if (in.peek() == '}') {
        in.next();
        return sealed(table);
      }
      in.expect(',', "',' or '}' is expected");
    }
  }

  /** Nothing may be added later, neither to the table nor to the ones that its dotted keys made. */
  private static TomlTable sealed(TomlTable table) {
    table.origin = Origin.INLINE;
    for (@Nullable TomlValue member : table.members.values()) {
      if (member instanceof TomlTable inner && inner.origin == Origin.DOTTED) {
        sealed(inner);
      }
    }
    return table;
  }
}
