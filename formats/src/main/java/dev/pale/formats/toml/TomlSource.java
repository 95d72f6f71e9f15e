package dev.pale.formats.toml;

import dev.pale.formats.toml.TomlTable.Origin;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Places in the text of a file that is known to be TOML, and trees without places. */
final class TomlSource {
  private static final String HEX = "0123456789abcdef";

  private TomlSource() {}

  static String newline(String text) {
    return text.contains("\r\n") ? "\r\n" : "\n";
  }

  static int offset(String text, int line, int column) {
    int start = text.startsWith("\ufeff") ? 1 : 0;
    for (int i = 1; i < line; i++) {
      start = text.indexOf('\n', start) + 1;
    }
    return start + column - 1;
  }

  /** The start of the line after the one of {@code from}. */
  static int lineEnd(String text, int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end + 1;
  }

  /** Where a value that starts at {@code start} ends. */
  static int valueEnd(String text, int start) {
    int i = start;
    int depth = 0;
    do {
      char c = text.charAt(i);
      if (c == '"' || c == '\'') {
        i = stringEnd(text, i, c);
      } else if (c == '[' || c == '{') {
        depth++;
        i++;
      } else if (c == ']' || c == '}') {
        depth--;
        i++;
      } else if (depth > 0) {
        i = c == '#' ? lineEnd(text, i) : i + 1;
      } else {
        while (i < text.length() && ",]} \t\r\n#".indexOf(text.charAt(i)) < 0) {
          i++;
        }
      }
    } while (depth > 0);
    return i;
  }

  private static int stringEnd(String text, int start, char quote) {
    String triple = String.valueOf(quote).repeat(3);
    boolean isLong = text.startsWith(triple, start);
    int i = start + (isLong ? 3 : 1);
    while (isLong ? !text.startsWith(triple, i) : text.charAt(i) != quote) {
      i += quote == '"' && text.charAt(i) == '\\' ? 2 : 1;
    }
    if (!isLong) {
      return i + 1;
    }
    i += 3;
    for (int more = 0; more < 2 && i < text.length() && text.charAt(i) == quote; more++) {
      i++;
    }
    return i;
  }

  /** The first of the comment lines right above a line, or that line itself. */
  static int firstCommentLine(String text, int line) {
    int first = line;
    while (first > 1) {
      int start = offset(text, first - 1, 1);
      if (!text.substring(start, lineEnd(text, start)).stripLeading().startsWith("#")) {
        break;
      }
      first--;
    }
    return first;
  }

  /** After the comment with which a file starts, if a blank line sets it off; else its start. */
  static int afterFirstComment(String text) {
    int at = offset(text, 1, 1);
    int end = at;
    while (end < text.length() && text.charAt(end) == '#') {
      end = lineEnd(text, end);
    }
    boolean setOff = end > at && (end == text.length() || text.charAt(end) == '\n');
    boolean setOffByCrLf = end > at && text.startsWith("\r\n", end);
    return setOff || setOffByCrLf ? lineEnd(text, end) : at;
  }

  static String withoutBlankEnd(String text) {
    int end = text.stripTrailing().length();
    return end == 0 ? "" : text.substring(0, lineEnd(text, end));
  }

  static String quoted(String value) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ' || c == 0x7f) {
            out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"').toString();
  }

  static boolean hasOwnHeader(TomlValue value) {
    return value instanceof TomlTable table
        ? table.origin == Origin.HEADER || table.origin == Origin.IMPLIED
        : value instanceof TomlValue.Array array && array.ofTables;
  }

  static List<Integer> headerLines(TomlTable table, List<Integer> found) {
    for (TomlValue value : table.members.values()) {
      if (value instanceof TomlTable inner) {
        if (inner.origin == Origin.HEADER) {
          found.add(inner.line());
        }
        headerLines(inner, found);
      } else if (value instanceof TomlValue.Array array && array.ofTables) {
        for (TomlValue item : array.members) {
          if (item instanceof TomlTable inner) {
            found.add(inner.line());
            headerLines(inner, found);
          }
        }
      }
    }
    return found;
  }

  static TomlTable copy(TomlTable table) {
    TomlTable copy = new TomlTable(table.origin, table.line(), table.column());
    for (Map.Entry<String, TomlValue> member : table.members.entrySet()) {
      TomlValue value = member.getValue();
      copy.members.put(member.getKey(), value instanceof TomlTable inner ? copy(inner) : value);
    }
    return copy;
  }

  /** The table at a path, made where it is absent. */
  static TomlTable descend(TomlTable root, List<String> path) {
    TomlTable at = root;
    for (String part : path) {
      if (!(at.members.get(part) instanceof TomlTable)) {
        at.members.put(part, new TomlTable(Origin.HEADER, 1, 1));
      }
      if (at.members.get(part) instanceof TomlTable inner) {
        at = inner;
      }
    }
    return at;
  }

  /** What remains when a table's section is cut out; ancestors that were only implied go too. */
  static void removeOwnKeys(TomlTable root, List<String> path) {
    if (path.isEmpty()) {
      return;
    }
    TomlTable parent = root;
    for (String part : path.subList(0, path.size() - 1)) {
      if (parent.members.get(part) instanceof TomlTable inner) {
        parent = inner;
      }
    }
    if (parent.members.get(path.getLast()) instanceof TomlTable table) {
      Iterator<TomlValue> values = table.members.values().iterator();
      while (values.hasNext()) {
        if (!hasOwnHeader(values.next())) {
          values.remove();
        }
      }
      if (table.members.isEmpty()) {
        parent.members.remove(path.getLast());
      }
    }
    if (parent != root && parent.members.isEmpty() && parent.origin == Origin.IMPLIED) {
      removeOwnKeys(root, path.subList(0, path.size() - 1));
    }
  }

  /** Whether two trees hold the same, wherever it stands. */
  static boolean same(TomlValue a, TomlValue b) {
    return switch (a) {
      case TomlTable one -> b instanceof TomlTable other && sameMembers(one, other);
      case TomlValue.Array one -> b instanceof TomlValue.Array other && sameItems(one, other);
      case TomlValue.Text one ->
          b instanceof TomlValue.Text other && one.text().equals(other.text());
      case TomlValue.Whole one ->
          b instanceof TomlValue.Whole other && one.number() == other.number();
      case TomlValue.Decimal one ->
          b instanceof TomlValue.Decimal other && Double.compare(one.number(), other.number()) == 0;
      case TomlValue.Truth one ->
          b instanceof TomlValue.Truth other && one.value() == other.value();
    };
  }

  private static boolean sameMembers(TomlTable a, TomlTable b) {
    if (!a.members.keySet().equals(b.members.keySet())) {
      return false;
    }
    for (Map.Entry<String, TomlValue> member : a.members.entrySet()) {
      TomlValue other = b.members.get(member.getKey());
      if (other == null || !same(member.getValue(), other)) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameItems(TomlValue.Array a, TomlValue.Array b) {
    if (a.members.size() != b.members.size()) {
      return false;
    }
    for (int i = 0; i < a.members.size(); i++) {
      if (!same(a.members.get(i), b.members.get(i))) {
        return false;
      }
    }
    return true;
  }
}
