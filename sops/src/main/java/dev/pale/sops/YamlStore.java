package dev.pale.sops;

import java.nio.charset.StandardCharsets;

/** YAML, read and written as go-yaml v3 does. */
final class YamlStore implements Store {
  @Override
  public SopsTree readPlain(byte[] content) {
    Problems.checkSize(content);
    String text =
        PlainText.utf8(content)
            .orElseThrow(() -> Problems.malformed(SopsFormat.YAML, 1, 1, "it is not UTF-8"));
    return new YamlReader(text).read();
  }

  @Override
  public SopsFile readSealed(byte[] content) {
    return Stores.split(SopsFormat.YAML, readPlain(content));
  }

  @Override
  public byte[] writePlain(SopsTree tree, SopsTree.Indent indent) {
    return new YamlWriter(indent, false).documents(tree).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] writeSealed(SopsFile file, SopsTree.Indent indent) {
    return new YamlWriter(indent, true)
        .documents(Stores.join(file))
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] writeValue(SopsNode node, SopsTree.Indent indent) {
    return new YamlWriter(SopsTree.Indent.DEFAULT, false)
        .value(node)
        .getBytes(StandardCharsets.UTF_8);
  }
}
