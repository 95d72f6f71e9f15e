package dev.pale.sops;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lines {@code KEY=value}, taken as they are: no quotes, no trimming; {@code #} makes a comment in
 * the first column only, and a backslash with an n stands for a line end.
 */
final class DotenvStore implements Store {
  private static final String PREFIX = "sops_";

  @Override
  public SopsTree readPlain(byte[] content) {
    Problems.checkSize(content);
    List<SopsNode.Entry> entries = new ArrayList<>();
    int line = 0;
    for (int start = 0; start <= content.length; ) {
      line++;
      int end = start;
      while (end < content.length && content[end] != '\n') {
        end++;
      }
      if (end > start) {
        entries.add(entry(Arrays.copyOfRange(content, start, end), line));
        if (entries.size() > Problems.MAX_NODES) {
          throw Problems.tooMuch("too many lines");
        }
      }
      start = end + 1;
    }
    return new SopsTree(List.of(new SopsNode.Branch(entries)));
  }

  private static SopsNode.Entry entry(byte[] line, int number) {
    if (line[0] == '#') {
      return SopsNode.Entry.comment(
          new SopsNode.Leaf(SopsNode.Type.COMMENT, Arrays.copyOfRange(line, 1, line.length)));
    }
    int equals = 0;
    while (equals < line.length && line[equals] != '=') {
      equals++;
    }
    if (equals == line.length) {
      Arrays.fill(line, (byte) 0);
      throw Problems.malformed(SopsFormat.DOTENV, number, 1, "no = in the line");
    }
    String key =
        PlainText.utf8(Arrays.copyOf(line, equals))
            .orElseThrow(
                () -> Problems.malformed(SopsFormat.DOTENV, number, 1, "the key is not UTF-8"));
    byte[] value = decode(line, equals + 1);
    Arrays.fill(line, (byte) 0);
    return SopsNode.Entry.of(key, new SopsNode.Leaf(SopsNode.Type.STR, value));
  }

  private static byte[] decode(byte[] line, int from) {
    byte[] value = new byte[line.length - from];
    int length = 0;
    for (int i = from; i < line.length; i++) {
      if (line[i] == '\\' && i + 1 < line.length && line[i + 1] == 'n') {
        value[length++] = '\n';
        i++;
      } else {
        value[length++] = line[i];
      }
    }
    return length == value.length ? value : Arrays.copyOf(value, length);
  }

  @Override
  public SopsFile readSealed(byte[] content) {
    List<SopsNode.Entry> entries = new ArrayList<>();
    Map<String, String> flat = new LinkedHashMap<>();
    for (SopsNode.Entry entry : readPlain(content).documents().get(0).entries()) {
      if (!entry.isComment() && entry.key().startsWith(PREFIX)) {
        flat.put(entry.key().substring(PREFIX.length()), ((SopsNode.Leaf) entry.value()).string());
      } else {
        entries.add(entry);
      }
    }
    if (flat.isEmpty()) {
      throw Problems.noMetadata();
    }
    return new SopsFile(
        SopsFormat.DOTENV,
        new SopsTree(List.of(new SopsNode.Branch(entries))),
        MetadataCodec.read(FlatMetadata.unflatten(flat)));
  }

  @Override
  public byte[] writePlain(SopsTree tree, SopsTree.Indent indent) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!tree.documents().isEmpty()) {
      write(out, tree.documents().get(0));
    }
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, SopsNode.Branch branch) {
    for (SopsNode.Entry entry : branch.entries()) {
      if (!(entry.value() instanceof SopsNode.Leaf leaf)) {
        throw Problems.cannotWrite(
            SopsFormat.DOTENV, entry.key() + " is a map or a list, and dotenv is flat");
      }
      if (entry.isComment()) {
        comment(out, leaf);
      } else {
        check(entry.key());
        out.writeBytes(entry.key().getBytes(StandardCharsets.UTF_8));
        out.write('=');
        encode(out, PlainText.bytes(leaf));
      }
      out.write('\n');
    }
  }

  private static void comment(ByteArrayOutputStream out, SopsNode.Leaf leaf) {
    out.write('#');
    for (byte b : leaf.view()) {
      out.write(b);
      if (b == '\n') {
        // A comment of a foreign tree with several lines must not become an assignment.
        out.write('#');
      }
    }
  }

  /** A key that would be read back as something else. */
  private static void check(String key) {
    if (key.indexOf('\n') >= 0 || key.indexOf('=') >= 0 || key.startsWith("#")) {
      throw Problems.cannotWrite(SopsFormat.DOTENV, "a key holds =, a line end or begins with #");
    }
  }

  private static void encode(ByteArrayOutputStream out, byte[] value) {
    for (byte b : value) {
      if (b == '\n') {
        out.write('\\');
        out.write('n');
      } else {
        out.write(b);
      }
    }
  }

  @Override
  public byte[] writeSealed(SopsFile file, SopsTree.Indent indent) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(writePlain(file.sealedTree(), indent));
    FlatMetadata.flatten(MetadataCodec.write(file.metadata()))
        .forEach((key, value) ->
            out.writeBytes((PREFIX + key + "=" + value + "\n").getBytes(StandardCharsets.UTF_8)));
    return out.toByteArray();
  }

  @Override
  public byte[] writeValue(SopsNode node, SopsTree.Indent indent) {
    throw Problems.cannotWrite(SopsFormat.DOTENV, "only a text can be taken out of a dotenv file");
  }
}
