package dev.pale.sops;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sections of keys; the first section is {@code DEFAULT} and stands before any header. */
final class IniStore implements Store {
  static final String DEFAULT = "DEFAULT";
  private static final String METADATA = "sops";

  @Override
  public SopsTree readPlain(byte[] content) {
    Problems.checkSize(content);
    String text =
        PlainText.utf8(content)
            .orElseThrow(() -> Problems.malformed(SopsFormat.INI, 1, 1, "it is not UTF-8"));
    return new SopsTree(List.of(new IniReader(text).read()));
  }

  @Override
  public SopsFile readSealed(byte[] content) {
    List<SopsNode.Entry> sections = new ArrayList<>();
    Map<String, String> flat = new LinkedHashMap<>();
    boolean found = false;
    for (SopsNode.Entry section : readPlain(content).documents().get(0).entries()) {
      if (!section.key().equals(METADATA)) {
        sections.add(section);
        continue;
      }
      found = true;
      for (SopsNode.Entry entry : ((SopsNode.Branch) section.value()).entries()) {
        if (!entry.isComment()) {
          flat.put(entry.key(), ((SopsNode.Leaf) entry.value()).string());
        }
      }
    }
    if (!found) {
      throw Problems.noMetadata();
    }
    return new SopsFile(
        SopsFormat.INI,
        new SopsTree(List.of(new SopsNode.Branch(sections))),
        MetadataCodec.read(FlatMetadata.unflatten(flat)));
  }

  @Override
  public byte[] writePlain(SopsTree tree, SopsTree.Indent indent) {
    List<SopsNode.Entry> sections = new ArrayList<>();
    tree.documents().forEach(document -> sections.addAll(document.entries()));
    return IniWriter.write(sections).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] writeSealed(SopsFile file, SopsTree.Indent indent) {
    List<SopsNode.Entry> sections = new ArrayList<>();
    file.sealedTree().documents().forEach(document -> sections.addAll(document.entries()));
    List<SopsNode.Entry> metadata = new ArrayList<>();
    FlatMetadata.flatten(MetadataCodec.write(file.metadata()))
        .forEach((key, value) -> metadata.add(SopsNode.Entry.of(key, SopsNode.Leaf.text(value))));
    sections.add(SopsNode.Entry.of(METADATA, new SopsNode.Branch(metadata)));
    return IniWriter.write(sections).getBytes(StandardCharsets.UTF_8);
  }

  /** As JSON, as sops does. */
  @Override
  public byte[] writeValue(SopsNode node, SopsTree.Indent indent) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new JsonStore.Writer(out, indent).node(node, 0);
    return out.toByteArray();
  }
}
