package dev.pale.sops;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** JSON: an object, in order, with duplicates; comments are lost, as with sops. */
final class JsonStore implements Store {
  private static final String HEX = "0123456789abcdef";

  @Override
  public SopsTree readPlain(byte[] content) {
    Problems.checkSize(content);
    return new SopsTree(List.of(new JsonReader(content).document()));
  }

  @Override
  public SopsFile readSealed(byte[] content) {
    return Stores.split(SopsFormat.JSON, readPlain(content));
  }

  @Override
  public byte[] writePlain(SopsTree tree, SopsTree.Indent indent) {
    if (tree.documents().isEmpty()) {
      throw Problems.cannotWrite(SopsFormat.JSON, "there is no document");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Writer(out, indent).node(tree.documents().get(0), 0);
    out.write('\n');
    return out.toByteArray();
  }

  @Override
  public byte[] writeSealed(SopsFile file, SopsTree.Indent indent) {
    return writePlain(Stores.join(file), indent);
  }

  @Override
  public byte[] writeValue(SopsNode node, SopsTree.Indent indent) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Writer(out, indent).node(node, 0);
    return out.toByteArray();
  }

  /** Writes as Go's encoder and indenter do. */
  static final class Writer {
    private final ByteArrayOutputStream out;
    private final byte[] step;

    Writer(ByteArrayOutputStream out, SopsTree.Indent indent) {
      this.out = out;
      step =
          (indent.spaces() < 0 ? "\t" : " ".repeat(indent.spaces()))
              .getBytes(StandardCharsets.US_ASCII);
    }

    void node(SopsNode node, int depth) {
      switch (node) {
        case SopsNode.Branch branch -> branch(branch, depth);
        case SopsNode.Sequence list -> list(list, depth);
        case SopsNode.Leaf leaf -> leaf(leaf);
      }
    }

    private void branch(SopsNode.Branch branch, int depth) {
      out.write('{');
      boolean first = true;
      for (SopsNode.Entry entry : branch.entries()) {
        if (entry.isComment()) {
          continue;
        }
        separate(first, depth + 1);
        first = false;
        string(entry.key());
        ascii(": ");
        node(entry.value(), depth + 1);
      }
      if (!first) {
        newLine(depth);
      }
      out.write('}');
    }

    private void list(SopsNode.Sequence list, int depth) {
      out.write('[');
      boolean first = true;
      for (SopsNode item : list.items()) {
        if (item instanceof SopsNode.Leaf leaf && leaf.type() == SopsNode.Type.COMMENT) {
          continue;
        }
        separate(first, depth + 1);
        first = false;
        node(item, depth + 1);
      }
      if (!first) {
        newLine(depth);
      }
      out.write(']');
    }

    private void separate(boolean first, int depth) {
      if (!first) {
        out.write(',');
      }
      newLine(depth);
    }

    private void newLine(int depth) {
      out.write('\n');
      for (int i = 0; i < depth; i++) {
        out.writeBytes(step);
      }
    }

    private void leaf(SopsNode.Leaf leaf) {
      switch (leaf.type()) {
        case NULL -> ascii("null");
        case BOOL -> ascii(PlainText.of(leaf));
        case INT -> ascii(leaf.string());
        case FLOAT -> {
          double number = LeafTypes.number(leaf.string()).orElseThrow();
          if (Double.isNaN(number) || Double.isInfinite(number)) {
            throw Problems.cannotWrite(SopsFormat.JSON, "JSON has no infinity and no NaN");
          }
          ascii(GoNumbers.json(number));
        }
        default ->
            string(
                PlainText.utf8(leaf.view())
                    .orElseThrow(() ->
                        Problems.cannotWrite(
                            SopsFormat.JSON, "a value is not UTF-8, and JSON holds nothing else")));
      }
    }

    private void ascii(String text) {
      out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void string(String text) {
      out.write('"');
      for (int i = 0; i < text.length(); ) {
        int c = text.codePointAt(i);
        i += Character.charCount(c);
        switch (c) {
          case '"' -> ascii("\\\"");
          case '\\' -> ascii("\\\\");
          case '\b' -> ascii("\\b");
          case '\f' -> ascii("\\f");
          case '\n' -> ascii("\\n");
          case '\r' -> ascii("\\r");
          case '\t' -> ascii("\\t");
          default -> {
            if (c < 0x20 || c == '<' || c == '>' || c == '&' || c == 0x2028 || c == 0x2029) {
              ascii("\\u");
              for (int shift = 12; shift >= 0; shift -= 4) {
                out.write(HEX.charAt(c >> shift & 15));
              }
            } else {
              out.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
          }
        }
      }
      out.write('"');
    }
  }
}
