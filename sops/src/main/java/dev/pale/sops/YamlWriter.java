package dev.pale.sops;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Writes YAML in the layout of go-yaml v3: block style, four spaces, the dash of a list counted
 * into the indentation of what stands in it.
 *
 * <p>One difference is meant: the indentation indicator of a block text tells the true indentation,
 * where go-yaml writes a number that does not read back in lists.
 */
final class YamlWriter {
  private final int best;
  private final boolean sealed;
  private final StringBuilder out = new StringBuilder();
  private int column;

  /** Whether nothing but white space and indicators stands in the current line. */
  private boolean indention = true;

  private boolean whitespace = true;
  private boolean openEnded;

  YamlWriter(SopsTree.Indent indent, boolean sealed) {
    int spaces = indent.spaces();
    if (spaces == -1) {
      throw Problems.cannotWrite(SopsFormat.YAML, "YAML is not indented with tabs");
    }
    best = spaces < 0 || spaces == 0 ? 4 : spaces < 2 || spaces > 9 ? 2 : spaces;
    this.sealed = sealed;
  }

  String documents(SopsTree tree) {
    boolean first = true;
    for (SopsNode.Branch document : tree.documents()) {
      if (!first) {
        indent(0);
        indicator("---", false);
        indent(0);
      }
      first = false;
      heads(leading(document), 0);
      node(document, -1, false, "");
      indent(0);
    }
    end();
    return out.toString();
  }

  String value(SopsNode node) {
    heads(leading(node), 0);
    node(node, -1, false, "");
    indent(0);
    end();
    return out.toString();
  }

  private void end() {
    if (openEnded) {
      indicator("...", false);
      indent(0);
    }
  }

  private void node(SopsNode node, int indent, boolean inList, String lineComment) {
    switch (node) {
      case SopsNode.Branch branch -> branch(branch, indent, inList);
      case SopsNode.Sequence list -> list(list, indent, inList);
      case SopsNode.Leaf leaf -> scalar(leaf, indent, inList, lineComment);
    }
  }

  private int deeper(int indent, boolean inList) {
    if (indent < 0) {
      return 0;
    }
    return inList ? indent + 2 : best * ((indent + best) / best);
  }

  private static boolean hasContent(SopsNode node) {
    return switch (node) {
      case SopsNode.Branch branch -> branch.entries().stream().anyMatch(e -> !e.isComment());
      case SopsNode.Sequence list -> list.items().stream().anyMatch(i -> !isComment(i));
      case SopsNode.Leaf ignored -> true;
    };
  }

  private static boolean isComment(SopsNode node) {
    return node instanceof SopsNode.Leaf leaf && leaf.type() == SopsNode.Type.COMMENT;
  }

  private boolean beside(SopsNode.Leaf comment) {
    return comment.beside() == SopsNode.Beside.YES
        || (sealed && comment.beside() == SopsNode.Beside.WHEN_SEALED);
  }

  /** The comments at the start of a map or list: they go before it, also before its dash. */
  private List<String> leading(SopsNode node) {
    List<String> comments = new ArrayList<>();
    switch (node) {
      case SopsNode.Branch branch -> {
        for (SopsNode.Entry entry : branch.entries()) {
          if (!entry.isComment()) {
            break;
          }
          if (!beside((SopsNode.Leaf) entry.value())) {
            comments.add(((SopsNode.Leaf) entry.value()).string());
          }
        }
      }
      case SopsNode.Sequence list -> {
        for (SopsNode item : list.items()) {
          if (!isComment(item)) {
            if (hasContent(item)) {
              comments.addAll(leading(item));
            }
            break;
          }
          if (!beside((SopsNode.Leaf) item)) {
            comments.add(((SopsNode.Leaf) item).string());
          }
        }
      }
      case SopsNode.Leaf ignored -> {}
    }
    return comments;
  }

  private void heads(List<String> comments, int indent) {
    for (String comment : comments) {
      // A line end within would leave the comment.
      for (String line : comment.split("\n", -1)) {
        indent(indent);
        write("#" + line);
        lineEnd();
        whitespace = true;
      }
    }
  }

  private void branch(SopsNode.Branch branch, int outer, boolean inList) {
    if (!hasContent(branch)) {
      empty("{", "}", outer, leading(branch));
      return;
    }
    int indent = deeper(outer, inList);
    List<String> heads = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    boolean beginning = true;
    boolean hoisted = outer < 0 || inList;
    for (SopsNode.Entry entry : branch.entries()) {
      if (entry.isComment()) {
        SopsNode.Leaf comment = (SopsNode.Leaf) entry.value();
        (beside(comment) ? lines : heads).add(comment.string());
        continue;
      }
      if (!beginning || !hoisted) {
        heads(heads, indent);
      }
      heads.clear();
      beginning = false;
      pair(entry, indent, lines);
      lines.clear();
    }
    heads.addAll(lines);
    heads(heads, indent);
  }

  private void pair(SopsNode.Entry entry, int indent, List<String> lines) {
    SopsNode value = entry.value();
    boolean collection = !(value instanceof SopsNode.Leaf);
    if (collection && hasContent(value)) {
      heads(lines, indent);
      lines.clear();
    }
    indent(indent);
    String line = joined(lines);
    YamlText key = new YamlText(entry.key());
    boolean merge = entry.key().equals("<<");
    if (key.multiLine() || utf8Length(entry.key()) + (merge ? 7 : 0) > 128) {
      indicator("?", true);
      scalarText(key, YamlScalars.needsQuotes(entry.key()), indent, false, "", true);
      indent(indent);
      indicator(":", leading(value).isEmpty());
    } else {
      if (merge) {
        indicator("!!merge", false);
      }
      scalarText(key, YamlScalars.needsQuotes(entry.key()), indent, false, "", true);
      write(":");
      whitespace = false;
      indention = false;
    }
    if (collection && hasContent(value)) {
      if (value instanceof SopsNode.Branch branch) {
        branch(branch, indent, false);
      } else {
        list((SopsNode.Sequence) value, indent, false);
      }
    } else {
      node(value, indent, false, line);
      if (collection && !line.isEmpty()) {
        lineComment(line, indent);
      }
    }
  }

  private static String joined(List<String> comments) {
    return comments.isEmpty() ? "" : "#" + String.join("\n#", comments);
  }

  private static int utf8Length(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
  }

  private void list(SopsNode.Sequence list, int outer, boolean inList) {
    if (!hasContent(list)) {
      empty("[", "]", outer, leading(list));
      return;
    }
    int indent = deeper(outer, inList);
    List<String> heads = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    boolean beginning = true;
    boolean hoisted = outer < 0 || inList;
    for (SopsNode item : list.items()) {
      if (isComment(item)) {
        SopsNode.Leaf comment = (SopsNode.Leaf) item;
        (beside(comment) ? lines : heads).add(comment.string());
        continue;
      }
      if (!beginning || !hoisted) {
        heads(heads, indent);
      }
      heads.clear();
      boolean collection = !(item instanceof SopsNode.Leaf);
      if (collection && hasContent(item)) {
        heads(lines, indent);
        lines.clear();
        if (!beginning || !hoisted) {
          heads(leading(item), indent);
        }
      }
      beginning = false;
      indent(indent);
      indicator("-", true);
      node(item, indent, true, joined(lines));
      if (collection && !lines.isEmpty()) {
        lineComment(joined(lines), indent);
      }
      lines.clear();
    }
    heads.addAll(lines);
    heads(heads, indent);
  }

  private void empty(String open, String close, int outer, List<String> comments) {
    indicator(open, false);
    if (!comments.isEmpty() && outer >= 0) {
      int indent = deeper(outer, false);
      heads(comments, indent);
      indent(indent);
    }
    write(close);
    whitespace = false;
    indention = false;
  }

  private void scalar(SopsNode.Leaf leaf, int indent, boolean inList, String lineComment) {
    switch (leaf.type()) {
      case NULL -> plain("null");
      case BOOL -> plain(PlainText.of(leaf));
      case INT, TIME -> plain(leaf.string());
      case FLOAT -> plain(GoNumbers.yaml(LeafTypes.number(leaf.string()).orElseThrow()));
      default -> {
        var text = PlainText.utf8(leaf.view());
        if (text.isPresent()) {
          scalarText(
              new YamlText(text.get()),
              YamlScalars.needsQuotes(text.get()),
              indent,
              inList,
              lineComment,
              false);
          if (openEnded || lastWasLiteral) {
            lastWasLiteral = false;
            return;
          }
        } else {
          indicator("!!binary", false);
          plain(Base64.getEncoder().encodeToString(leaf.view()));
        }
      }
    }
    if (!lineComment.isEmpty()) {
      lineComment(lineComment, Math.max(indent, 0));
    }
  }

  /** A block text has its comment behind the header already. */
  private boolean lastWasLiteral;

  private void scalarText(
      YamlText text, boolean quoted, int indent, boolean inList, String lineComment, boolean key) {
    switch (text.style(quoted, key)) {
      case PLAIN -> plain(text.value());
      case SINGLE_QUOTED -> plain(text.singleQuoted());
      case DOUBLE_QUOTED -> plain(text.doubleQuoted());
      case LITERAL -> literal(text.value(), indent, inList, lineComment);
    }
  }

  private void plain(String text) {
    openEnded = false;
    if (!whitespace) {
      write(" ");
    }
    write(text);
    whitespace = false;
    indention = false;
  }

  private void literal(String text, int outer, boolean inList, String lineComment) {
    int indent = deeper(outer, inList);
    // At the top a block text stands at least a step in, as its parent has no indentation.
    if (outer < 0) {
      indent = best;
    }
    indicator("|", false);
    char first = text.charAt(0);
    if (first == ' ' || YamlText.isBreak(first)) {
      write(Integer.toString(indent - Math.max(outer, 0)));
    }
    boolean open = false;
    int last = text.length() - 1;
    if (!YamlText.isBreak(text.charAt(last))) {
      write("-");
    } else if (last == 0 || YamlText.isBreak(text.charAt(last - 1))) {
      write("+");
      open = true;
    }
    if (lineComment.isEmpty()) {
      lineEnd();
    } else {
      lineComment(lineComment, indent);
    }
    boolean breaks = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        lineEnd();
        breaks = true;
        continue;
      }
      if (breaks) {
        whitespace = true;
        pad(indent);
      }
      out.append(c);
      column++;
      indention = false;
      breaks = false;
    }
    whitespace = breaks;
    openEnded = open;
    lastWasLiteral = true;
  }

  private void lineComment(String comment, int indent) {
    if (!whitespace) {
      write(" ");
    }
    boolean first = true;
    for (String line : comment.split("\n", -1)) {
      if (!first) {
        pad(indent);
      }
      first = false;
      write(line.startsWith("#") ? line : "# " + line);
      lineEnd();
    }
    whitespace = true;
  }

  /** To the start of the next item at this depth: on this line if nothing stands there yet. */
  private void indent(int indent) {
    if (!indention || column > indent || (column == indent && !whitespace)) {
      lineEnd();
    }
    pad(indent);
    whitespace = true;
  }

  private void pad(int indent) {
    while (column < indent) {
      out.append(' ');
      column++;
    }
  }

  private void indicator(String sign, boolean keepsIndention) {
    if (!whitespace) {
      write(" ");
    }
    write(sign);
    whitespace = false;
    indention &= keepsIndention;
    openEnded = false;
  }

  private void write(String text) {
    out.append(text);
    column += text.length();
    if (!text.isBlank()) {
      indention = indention && (text.equals("-") || text.equals("?") || text.equals(":"));
    }
  }

  private void lineEnd() {
    out.append('\n');
    column = 0;
    indention = true;
  }
}
