package dev.pale.sops;

import java.util.List;

/** Any bytes under the key {@code data}; sealed, it is a JSON file. The bytes are never decoded. */
final class BinaryStore implements Store {
  private static final String DATA = "data";
  private final JsonStore json = new JsonStore();

  @Override
  public SopsTree readPlain(byte[] content) {
    Problems.checkSize(content);
    return new SopsTree(
        List.of(
            new SopsNode.Branch(List.of(SopsNode.Entry.of(DATA, SopsNode.Leaf.text(content))))));
  }

  @Override
  public SopsFile readSealed(byte[] content) {
    return Stores.split(SopsFormat.BINARY, json.readPlain(content));
  }

  @Override
  public byte[] writePlain(SopsTree tree, SopsTree.Indent indent) {
    if (tree.documents().size() == 1
        && tree.documents().get(0).get(DATA).orElse(null) instanceof SopsNode.Leaf leaf
        && (leaf.type() == SopsNode.Type.STR || leaf.type() == SopsNode.Type.BYTES)) {
      return leaf.bytes();
    }
    throw Problems.cannotWrite(SopsFormat.BINARY, "there is no text under the one key data");
  }

  @Override
  public byte[] writeSealed(SopsFile file, SopsTree.Indent indent) {
    return json.writeSealed(file, indent);
  }

  @Override
  public byte[] writeValue(SopsNode node, SopsTree.Indent indent) {
    throw Problems.cannotWrite(SopsFormat.BINARY, "a binary file has no parts");
  }
}
