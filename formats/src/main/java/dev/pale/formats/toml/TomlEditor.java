package dev.pale.formats.toml;

import dev.pale.formats.toml.TomlTable.Origin;
import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Edits TOML as text: comments, order, blank lines and line ends stay as they are.
 *
 * <p>After each edit the text is read again; an edit that did not have exactly the meant effect is
 * refused with error 415 and changes nothing. Table paths and keys are bare keys; a table path's
 * parts are joined by dots. Not thread-safe.
 */
public final class TomlEditor {
  private final String source;
  private String text;
  private TomlTable tree;

  private TomlEditor(String text, String source) {
    this.source = source;
    this.text = text;
    this.tree = read(text, source);
  }

  /**
   * Starts with a file's text, which may be empty.
   *
   * @throws dev.pale.secrets.PaleException 410 when it is not TOML
   */
  public static TomlEditor of(String text, String source) {
    return new TomlEditor(text, source);
  }

  /**
   * Sets a key to a string.
   *
   * @param table dotted path such as {@code secrets.DATABASE_URL}; empty for the top
   */
  public TomlEditor set(String table, String key, String value) {
    return set(table, key, TomlSource.quoted(value), new TomlValue.Text(value, 1, 1));
  }

  /** Sets a key to a boolean. */
  public TomlEditor set(String table, String key, boolean value) {
    return set(table, key, value ? "true" : "false", new TomlValue.Truth(value, 1, 1));
  }

  /** Sets a key to an integer. */
  public TomlEditor set(String table, String key, long value) {
    return set(table, key, Long.toString(value), new TomlValue.Whole(value, 1, 1));
  }

  /**
   * Adds a string to a list of strings, in front, so that comments in the list stay where they are;
   * a list that is not there is made. Nothing happens when the list has the string.
   */
  public TomlEditor addToList(String table, String key, String value) {
    requireBare(key);
    Optional<TomlValue> there = find(table).flatMap(found -> found.get(key));
    TomlValue.Array meant = new TomlValue.Array(false, 1, 1);
    meant.members.add(new TomlValue.Text(value, 1, 1));
    if (there.isEmpty()) {
      return set(table, key, "[" + TomlSource.quoted(value) + "]", meant);
    }
    TomlValue.Array old = list(there.get());
    if (position(old, value) >= 0) {
      return this;
    }
    meant.members.addAll(old.members);
    int start = TomlSource.offset(text, old.line(), old.column());
    String written = TomlSource.quoted(value);
    if (old.members.isEmpty()) {
      return set(table, key, "[" + written + "]", meant);
    }
    TomlValue first = old.members.getFirst();
    int at = TomlSource.offset(text, first.line(), first.column());
    // In a line of its own where the first one has one.
    String between =
        first.line() == old.line()
            ? ", "
            : "," + TomlSource.newline(text) + " ".repeat(first.column() - 1);
    int end = TomlSource.valueEnd(text, start);
    return set(
        table, key, text.substring(start, at) + written + between + text.substring(at, end), meant);
  }

  /** Takes a string out of a list of strings; nothing happens when it is not there. */
  public TomlEditor removeFromList(String table, String key, String value) {
    requireBare(key);
    Optional<TomlValue> there = find(table).flatMap(found -> found.get(key));
    int position = there.isEmpty() ? -1 : position(list(there.get()), value);
    if (there.isEmpty() || position < 0) {
      return this;
    }
    TomlValue.Array old = list(there.get());
    TomlValue.Array meant = new TomlValue.Array(false, 1, 1);
    meant.members.addAll(old.members);
    TomlValue item = meant.members.remove(position);
    int start = TomlSource.offset(text, old.line(), old.column());
    int from = TomlSource.offset(text, item.line(), item.column());
    int to = TomlSource.valueEnd(text, from);
    // The comma after it; a comma before the end of a list may stay.
    int after = to;
    while (" \t\r\n".indexOf(text.charAt(after)) >= 0) {
      after++;
    }
    if (text.charAt(after) == ',') {
      to = after + 1;
    }
    int lineStart = text.lastIndexOf('\n', from) + 1;
    int lineEnd = TomlSource.lineEnd(text, to);
    if (text.substring(lineStart, from).isBlank() && text.substring(to, lineEnd).isBlank()) {
      from = lineStart;
      to = lineEnd;
    } else if (text.charAt(to) == ' ') {
      to++;
    }
    int end = TomlSource.valueEnd(text, start);
    return set(table, key, text.substring(start, from) + text.substring(to, end), meant);
  }

  private TomlValue.Array list(TomlValue value) {
    if (value instanceof TomlValue.Array array && !array.ofTables) {
      return array;
    }
    throw cannot();
  }

  private static int position(TomlValue.Array list, String value) {
    for (int i = 0; i < list.members.size(); i++) {
      if (list.members.get(i) instanceof TomlValue.Text text && text.text().equals(value)) {
        return i;
      }
    }
    return -1;
  }

  /** Adds an empty table at the end, or leaves the one that is there. */
  public TomlEditor addTable(String table) {
    if (find(table).isPresent()) {
      return this;
    }
    TomlTable meant = TomlSource.copy(tree);
    TomlSource.descend(meant, path(table));
    return replace(withTable(table, ""), meant);
  }

  /** Removes a key with its line; nothing happens when it is absent. */
  public TomlEditor remove(String table, String key) {
    requireBare(key);
    Optional<TomlTable> there = find(table);
    if (there.isEmpty() || there.get().get(key).isEmpty()) {
      return this;
    }
    TomlValue value = there.get().get(key).get();
    TomlTable meant = TomlSource.copy(tree);
    TomlSource.descend(meant, path(table)).members.remove(key);
    int start = TomlSource.offset(text, value.line(), 1);
    int end =
        TomlSource.lineEnd(
            text, TomlSource.valueEnd(text, TomlSource.offset(text, value.line(), value.column())));
    return replace(text.substring(0, start) + text.substring(end), meant);
  }

  /** Removes a table with its keys and the comment right above it; not the tables below it. */
  public TomlEditor removeTable(String table) {
    Optional<TomlTable> there = find(table);
    if (there.isEmpty() || table.isEmpty()) {
      return this;
    }
    if (there.get().origin != Origin.HEADER) {
      throw cannot();
    }
    TomlTable meant = TomlSource.copy(tree);
    TomlSource.removeOwnKeys(meant, path(table));
    int header = there.get().line();
    int start = TomlSource.offset(text, TomlSource.firstCommentLine(text, header), 1);
    int nextHeader = nextHeader(header);
    int end =
        nextHeader == Integer.MAX_VALUE
            ? text.length()
            : TomlSource.offset(text, TomlSource.firstCommentLine(text, nextHeader), 1);
    String before = text.substring(0, start);
    String after = text.substring(end);
    if (after.isEmpty()) {
      before = TomlSource.withoutBlankEnd(before);
    }
    return replace(before + after, meant);
  }

  /** The text now. */
  public String text() {
    return text;
  }

  private TomlEditor set(String table, String key, String written, TomlValue value) {
    requireBare(key);
    TomlTable meant = TomlSource.copy(tree);
    TomlSource.descend(meant, path(table)).members.put(key, value);
    Optional<TomlTable> there = find(table);
    if (there.isPresent() && there.get().get(key).isPresent()) {
      TomlValue old = there.get().get(key).get();
      if (old instanceof TomlTable || (old instanceof TomlValue.Array array && array.ofTables)) {
        throw cannot();
      }
      int start = TomlSource.offset(text, old.line(), old.column());
      int end = TomlSource.valueEnd(text, start);
      return replace(text.substring(0, start) + written + text.substring(end), meant);
    }
    String line = key + " = " + written + TomlSource.newline(text);
    if (there.isEmpty() || there.get().origin == Origin.IMPLIED) {
      return replace(withTable(table, line), meant);
    }
    if (there.get().origin != Origin.HEADER) {
      throw cannot();
    }
    int at = table.isEmpty() ? endOfTop() : endOfOwnKeys(there.get(), there.get().line());
    String before = text.substring(0, at);
    if (!before.isEmpty() && !before.endsWith("\n")) {
      before += TomlSource.newline(text);
    }
    return replace(before + line + text.substring(at), meant);
  }

  /** After the last key of the whole file's own table; without one, after the first comment. */
  private int endOfTop() {
    int last = lastOwnLine(tree, 0);
    return last > 0 ? endOfOwnKeys(tree, last) : TomlSource.afterFirstComment(text);
  }

  private int endOfOwnKeys(TomlTable table, int headerLine) {
    int line = Math.max(headerLine, 1);
    int end = TomlSource.lineEnd(text, TomlSource.offset(text, line, 1));
    for (TomlValue value : ownValues(table, new ArrayList<>())) {
      int start = TomlSource.offset(text, value.line(), value.column());
      end = Math.max(end, TomlSource.lineEnd(text, TomlSource.valueEnd(text, start)));
    }
    return end;
  }

  private static int lastOwnLine(TomlTable table, int otherwise) {
    int last = otherwise;
    for (TomlValue value : ownValues(table, new ArrayList<>())) {
      last = Math.max(last, value.line());
    }
    return last;
  }

  /** The values written in the table's own section, also below dotted keys. */
  private static List<TomlValue> ownValues(TomlTable table, List<TomlValue> found) {
    for (TomlValue value : table.members.values()) {
      if (value instanceof TomlTable inner && inner.origin == Origin.DOTTED) {
        ownValues(inner, found);
      } else if (!TomlSource.hasOwnHeader(value)) {
        found.add(value);
      }
    }
    return found;
  }

  private String withTable(String table, String lines) {
    String newline = TomlSource.newline(text);
    StringBuilder out = new StringBuilder(text);
    if (!text.isEmpty()) {
      if (!text.endsWith("\n")) {
        out.append(newline);
      }
      out.append(newline);
    }
    return out.append('[').append(table).append(']').append(newline).append(lines).toString();
  }

  private int nextHeader(int line) {
    int next = Integer.MAX_VALUE;
    for (int header : TomlSource.headerLines(tree, new ArrayList<>())) {
      if (header > line) {
        next = Math.min(next, header);
      }
    }
    return next;
  }

  private Optional<TomlTable> find(String table) {
    TomlTable at = tree;
    for (String part : path(table)) {
      if (at.members.get(part) instanceof TomlTable inner) {
        at = inner;
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(at);
  }

  private TomlEditor replace(String newText, TomlTable meant) {
    TomlTable newTree;
    try {
      newTree = read(newText, source);
    } catch (PaleException broken) {
      throw cannot();
    }
    if (!TomlSource.same(newTree, meant)) {
      throw cannot();
    }
    text = newText;
    tree = newTree;
    return this;
  }

  private PaleException cannot() {
    return PaleException.of(
        415,
        source + " cannot be changed by pale",
        "it is written in a way that pale can read but not edit without loss",
        "edit " + source + " by hand");
  }

  private List<String> path(String table) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    while (start < table.length()) {
      int dot = table.indexOf('.', start);
      int end = dot < 0 ? table.length() : dot;
      parts.add(table.substring(start, end));
      requireBare(parts.getLast());
      start = end + 1;
    }
    return parts;
  }

  private void requireBare(String key) {
    boolean bare = !key.isEmpty();
    for (int i = 0; i < key.length(); i++) {
      bare &= TomlParser.isBareKey(key.charAt(i));
    }
    if (!bare) {
      throw cannot();
    }
  }

  private static TomlTable read(String text, String source) {
    return Toml.parse(text.getBytes(StandardCharsets.UTF_8), source);
  }
}
