package dev.pale.sops;

import dev.pale.secrets.PaleException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads INI as the library ini.v1 does with its default settings. */
final class IniReader {
  private final String text;
  private int at;
  private int line;
  private int autoKeys = 1;
  private final StringBuilder comment = new StringBuilder();
  private final Map<String, Section> sections = new LinkedHashMap<>();

  /** A section while it is read; a key that comes again replaces its value in place. */
  private static final class Section {
    private String comment = "";
    private final Map<String, Key> keys = new LinkedHashMap<>();
  }

  private record Key(SopsNode.Leaf value, String comment) {}

  IniReader(String text) {
    this.text = text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  SopsNode.Branch read() {
    Section section = section(IniStore.DEFAULT);
    while (at < text.length()) {
      String next = nextLine().stripLeading();
      if (next.isEmpty()) {
        continue;
      }
      char first = next.charAt(0);
      if (first == '#' || first == ';') {
        comment.append(next);
      } else if (first == '[') {
        section = header(next);
      } else {
        key(section, next);
      }
    }
    return branch();
  }

  private Section header(String next) {
    int close = next.lastIndexOf(']');
    if (close < 0) {
      throw wrong("a section header does not end with ]");
    }
    String name = next.substring(1, close);
    if (name.isEmpty()) {
      throw wrong("a section without a name");
    }
    Section section = section(name);
    behind(next.substring(close + 1)).ifPresent(comment::append);
    section.comment = comment.toString().strip();
    comment.setLength(0);
    autoKeys = 1;
    return section;
  }

  private Section section(String name) {
    return sections.computeIfAbsent(name, k -> new Section());
  }

  private void key(Section section, String next) {
    String name;
    int valueAt;
    String quote =
        next.startsWith("\"\"\"") && next.length() > 6
            ? "\"\"\""
            : next.startsWith("\"") ? "\"" : next.startsWith("`") ? "`" : "";
    if (quote.isEmpty()) {
      int delimiter = delimiter(next, 0);
      name = next.substring(0, delimiter).strip();
      valueAt = delimiter + 1;
    } else {
      int close = next.indexOf(quote, quote.length());
      if (close < 0) {
        throw wrong("a quoted key does not end");
      }
      name = next.substring(quote.length(), close).strip();
      valueAt = delimiter(next, Math.min(next.length(), close + quote.length())) + 1;
    }
    if (name.equals("-")) {
      name = "#" + autoKeys++;
    }
    if (name.isEmpty()) {
      throw wrong("a key without a name");
    }
    String value = value(next.substring(valueAt));
    section.keys.put(name, new Key(SopsNode.Leaf.text(value), comment.toString().strip()));
    comment.setLength(0);
    if (section.keys.size() > Problems.MAX_NODES) {
      throw Problems.tooMuch("too many keys");
    }
  }

  private int delimiter(String next, int from) {
    for (int i = from; i < next.length(); i++) {
      if (next.charAt(i) == '=' || next.charAt(i) == ':') {
        return i;
      }
    }
    throw wrong("neither = nor : in the line");
  }

  private String value(String raw) {
    String value = raw.stripLeading();
    if (value.isEmpty()) {
      return "";
    }
    String quote =
        value.length() > 3 && value.startsWith("\"\"\"")
            ? "\"\"\""
            : value.startsWith("`") ? "`" : "";
    if (!quote.isEmpty()) {
      int close = value.lastIndexOf(quote);
      return close >= quote.length()
          ? value.substring(quote.length(), close)
          : multiLine(value.substring(quote.length()), quote);
    }
    value = value.strip();
    if (value.endsWith("\\")) {
      return continued(value.substring(0, value.length() - 1));
    }
    int inline = firstOf(value, "#;");
    if (inline >= 0) {
      comment.append(value, inline, value.length());
      value = value.substring(0, inline).strip();
    }
    return surrounded(value, '\'') || surrounded(value, '"')
        ? value.substring(1, value.length() - 1)
        : value;
  }

  private String multiLine(String start, String quote) {
    StringBuilder value = new StringBuilder(start);
    int began = line;
    while (at < text.length()) {
      String next = nextLine();
      int close = next.lastIndexOf(quote);
      if (close >= 0) {
        value.append(next, 0, close);
        behind(next.substring(close)).map(String::strip).ifPresent(comment::append);
        return value.toString();
      }
      value.append(next);
    }
    throw Problems.malformed(SopsFormat.INI, began, 1, "a quoted value does not end");
  }

  private String continued(String start) {
    StringBuilder value = new StringBuilder(start);
    while (at < text.length()) {
      String next = nextLine().strip();
      if (next.isEmpty()) {
        break;
      }
      value.append(next);
      if (value.charAt(value.length() - 1) != '\\') {
        break;
      }
      value.setLength(value.length() - 1);
    }
    return value.toString();
  }

  private static boolean surrounded(String value, char quote) {
    return value.length() >= 2
        && value.charAt(0) == quote
        && value.indexOf(quote, 1) == value.length() - 1;
  }

  private static java.util.Optional<String> behind(String rest) {
    int start = firstOf(rest, "#;");
    return start < 0 ? java.util.Optional.empty() : java.util.Optional.of(rest.substring(start));
  }

  private static int firstOf(String where, String any) {
    for (int i = 0; i < where.length(); i++) {
      if (any.indexOf(where.charAt(i)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  /** With its line end. */
  private String nextLine() {
    int end = text.indexOf('\n', at);
    String next = end < 0 ? text.substring(at) : text.substring(at, end + 1);
    at += next.length();
    line++;
    return next;
  }

  private SopsNode.Branch branch() {
    List<SopsNode.Entry> entries = new ArrayList<>();
    sections.forEach((name, section) -> {
      List<SopsNode.Entry> items = new ArrayList<>();
      addComment(items, section.comment);
      section.keys.forEach((key, value) -> {
        items.add(SopsNode.Entry.of(key, value.value()));
        addComment(items, value.comment());
      });
      entries.add(SopsNode.Entry.of(name, new SopsNode.Branch(items)));
    });
    return new SopsNode.Branch(entries);
  }

  private static void addComment(List<SopsNode.Entry> items, String comment) {
    if (!comment.isEmpty()) {
      char sign = comment.charAt(0);
      int start = 0;
      while (start < comment.length()
          && (comment.charAt(start) == sign || comment.charAt(start) == ' ')) {
        start++;
      }
      items.add(SopsNode.Entry.comment(SopsNode.Leaf.comment(comment.substring(start))));
    }
  }

  private PaleException wrong(String why) {
    return Problems.malformed(SopsFormat.INI, Math.max(line, 1), 1, why);
  }
}
