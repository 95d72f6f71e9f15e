package dev.pale.sops;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The store of each format, and what several of them share. */
final class Stores {
  private static final String METADATA = "sops";

  private Stores() {}

  static Store of(SopsFormat format) {
    return switch (format) {
      case YAML -> new YamlStore();
      case JSON -> new JsonStore();
      case DOTENV -> new DotenvStore();
      case INI -> new IniStore();
      case BINARY -> new BinaryStore();
    };
  }

  static SopsNode jsonValue(byte[] json) {
    Problems.checkSize(json);
    return new JsonReader(json).value();
  }

  /** Takes the branch {@code sops} out of all documents; the first one's is read. */
  static SopsFile split(SopsFormat format, SopsTree tree) {
    List<SopsNode.Branch> documents = new ArrayList<>();
    Optional<SopsNode> metadata = Optional.empty();
    for (int i = 0; i < tree.documents().size(); i++) {
      List<SopsNode.Entry> entries = new ArrayList<>();
      for (SopsNode.Entry entry : tree.documents().get(i).entries()) {
        if (entry.isComment() || !entry.key().equals(METADATA)) {
          entries.add(entry);
        } else if (i == 0) {
          if (metadata.isPresent()) {
            throw Problems.badMetadata("there are two of it");
          }
          metadata = Optional.of(entry.value());
        }
      }
      documents.add(new SopsNode.Branch(entries));
    }
    SopsNode found = metadata.orElseThrow(Problems::noMetadata);
    if (!(found instanceof SopsNode.Branch branch)) {
      throw Problems.badMetadata("sops is not a map");
    }
    return new SopsFile(format, new SopsTree(documents), MetadataCodec.read(branch));
  }

  /** Puts the branch {@code sops} at the end of all documents. */
  static SopsTree join(SopsFile file) {
    SopsNode.Entry metadata = SopsNode.Entry.of(METADATA, MetadataCodec.write(file.metadata()));
    List<SopsNode.Branch> documents = new ArrayList<>();
    for (SopsNode.Branch document : file.sealedTree().documents()) {
      List<SopsNode.Entry> entries = new ArrayList<>(document.entries());
      entries.add(metadata);
      documents.add(new SopsNode.Branch(entries));
    }
    return new SopsTree(documents);
  }
}
