package dev.pale.sops;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes INI as the library ini.v1 does: the signs = of a section stand below each other. */
final class IniWriter {
  private IniWriter() {}

  private static final class Section {
    private String comment = "";
    private final Map<String, String> keys = new LinkedHashMap<>();
    private final Map<String, String> comments = new LinkedHashMap<>();
  }

  static String write(List<SopsNode.Entry> entries) {
    Map<String, Section> sections = new LinkedHashMap<>();
    sections.put(IniStore.DEFAULT, new Section());
    for (SopsNode.Entry entry : entries) {
      if (entry.isComment()) {
        continue;
      }
      if (!(entry.value() instanceof SopsNode.Branch branch)) {
        throw Problems.cannotWrite(SopsFormat.INI, entry.key() + " is no section");
      }
      if (entry.key().isEmpty() || entry.key().indexOf('\n') >= 0) {
        throw Problems.cannotWrite(SopsFormat.INI, "a section's name is empty or has a line end");
      }
      fill(sections.computeIfAbsent(entry.key(), k -> new Section()), branch);
    }
    StringBuilder out = new StringBuilder();
    boolean first = true;
    for (Map.Entry<String, Section> section : sections.entrySet()) {
      write(out, section.getKey(), section.getValue(), first);
      first = false;
    }
    return out.toString();
  }

  private static void fill(Section section, SopsNode.Branch branch) {
    String last = "";
    boolean first = true;
    for (SopsNode.Entry entry : branch.entries()) {
      if (!(entry.value() instanceof SopsNode.Leaf leaf)) {
        throw Problems.cannotWrite(SopsFormat.INI, entry.key() + " is nested too deep");
      }
      if (entry.isComment()) {
        if (first) {
          section.comment = leaf.string();
        } else if (!last.isEmpty()) {
          section.comments.put(last, leaf.string());
        }
      } else {
        last = entry.key();
        if (last.isEmpty() || last.indexOf('\n') >= 0) {
          throw Problems.cannotWrite(SopsFormat.INI, "a key is empty or has a line end");
        }
        String value =
            PlainText.utf8(PlainText.bytes(leaf))
                .orElseThrow(() -> Problems.cannotWrite(SopsFormat.INI, "a value is not UTF-8"));
        section.keys.put(last, value);
      }
      first = false;
    }
  }

  private static void write(StringBuilder out, String name, Section section, boolean first) {
    comment(out, section.comment);
    if (!first) {
      out.append('[').append(name).append("]\n");
    } else if (section.keys.isEmpty()) {
      return;
    }
    int align = 0;
    for (String key : section.keys.keySet()) {
      int extra = key.indexOf('"') >= 0 || hasDelimiter(key) ? 2 : key.indexOf('`') >= 0 ? 6 : 0;
      align = Math.max(align, bytes(key) + extra);
    }
    for (Map.Entry<String, String> pair : section.keys.entrySet()) {
      comment(out, section.comments.getOrDefault(pair.getKey(), ""));
      String key = key(pair.getKey());
      out.append(key).append(" ".repeat(Math.max(0, align - bytes(key)))).append(" = ");
      out.append(value(pair.getValue())).append('\n');
    }
    out.append('\n');
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static boolean hasDelimiter(String key) {
    return key.indexOf('=') >= 0 || key.indexOf(':') >= 0;
  }

  private static String key(String key) {
    if (key.startsWith("#")
        && key.length() > 1
        && key.substring(1).chars().allMatch(Character::isDigit)) {
      // What "-" was read as; written so, it would be a comment.
      return "-";
    }
    if (key.indexOf('"') >= 0 || hasDelimiter(key)) {
      return "`" + key + "`";
    }
    return key.indexOf('`') >= 0 ? "\"\"\"" + key + "\"\"\"" : key;
  }

  private static String value(String value) {
    if (value.indexOf('\n') >= 0 || value.indexOf('`') >= 0) {
      return "\"\"\"" + value + "\"\"\"";
    }
    if (value.indexOf('#') >= 0 || value.indexOf(';') >= 0) {
      return "`" + value + "`";
    }
    return value.strip().length() == value.length() ? value : "\"" + value + "\"";
  }

  private static void comment(StringBuilder out, String comment) {
    if (comment.isEmpty()) {
      return;
    }
    for (String line : comment.split("\n", -1)) {
      if (line.startsWith("#") || line.startsWith(";")) {
        out.append(line.charAt(0)).append(' ').append(line.substring(1).strip());
      } else {
        out.append("; ").append(line.strip());
      }
      out.append('\n');
    }
  }
}
