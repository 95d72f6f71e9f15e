package dev.pale.sops;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The plain content of a file: one branch for each document (more than one in YAML only), without
 * metadata.
 *
 * <p>Immutable but for {@link #wipe()}, and thread-safe.
 */
public final class SopsTree {
  /** The bytes of a tree are read with these bounds. */
  public static final int MAX_FILE_BYTES = 64 << 20;

  private final List<SopsNode.Branch> documents;

  public SopsTree(List<SopsNode.Branch> documents) {
    this.documents = List.copyOf(documents);
  }

  public List<SopsNode.Branch> documents() {
    return documents;
  }

  /**
   * Reads a plain file as sops reads it.
   *
   * @param content untrusted
   * @throws dev.pale.secrets.PaleException 450 when it is too large, 451 when it is malformed (line
   *     and column are named), 452 when the format can hold it but SOPS cannot
   */
  public static SopsTree parse(SopsFormat format, byte[] content) {
    return Stores.of(format).readPlain(content);
  }

  /**
   * The plain file, byte for byte as sops 3.13 prints it.
   *
   * @return a new array, which belongs to the caller and holds the values
   * @throws dev.pale.secrets.PaleException 453 when the format cannot hold the tree
   */
  public byte[] emit(SopsFormat format, Indent indent) {
    return Stores.of(format).writePlain(this, indent);
  }

  /**
   * What {@code --extract} prints: a text bare, without a line end; anything else in the given
   * format.
   *
   * @throws dev.pale.secrets.PaleException 467 when there is nothing at that place
   */
  public byte[] extract(SopsPath path, SopsFormat format, Indent indent) {
    SopsNode node = get(path).orElseThrow(() -> TreeEdits.nothingThere(path));
    return switch (node) {
      case SopsNode.Branch branch -> new SopsTree(List.of(branch)).emit(format, indent);
      case SopsNode.Leaf leaf when leaf.type() == SopsNode.Type.STR -> leaf.bytes();
      default -> Stores.of(format).writeValue(node, indent);
    };
  }

  /** The node at a place of the first document. */
  public Optional<SopsNode> get(SopsPath path) {
    return TreeEdits.get(
        documents.isEmpty() ? new SopsNode.Branch(List.of()) : documents.get(0), path);
  }

  /**
   * The tree with another value at a place of the first document; what is missing on the way is
   * made. An index behind the end of a list appends.
   *
   * @throws dev.pale.secrets.PaleException 467 when a list is addressed by a key, or the path is
   *     empty
   */
  public SopsTree set(SopsPath path, SopsNode value) {
    return TreeEdits.set(this, path, value);
  }

  /**
   * The tree without the value at a place of the first document.
   *
   * @throws dev.pale.secrets.PaleException 467 when there is nothing at that place
   */
  public SopsTree unset(SopsPath path) {
    return TreeEdits.unset(this, path);
  }

  /**
   * Reads a value as {@code sops set} takes it: JSON.
   *
   * @throws dev.pale.secrets.PaleException 451 when it is not JSON
   */
  public static SopsNode parseValue(byte[] json) {
    return Stores.jsonValue(json);
  }

  /**
   * Whether a plain file already holds SOPS metadata: a top key {@code sops}, or in dotenv a key
   * that begins with {@code sops_}. Such a file must not be encrypted again.
   */
  public boolean looksEncrypted(SopsFormat format) {
    for (SopsNode.Branch document : documents) {
      for (SopsNode.Entry entry : document.entries()) {
        if (!entry.isComment()
            && (format == SopsFormat.DOTENV
                ? entry.key().startsWith("sops_")
                : entry.key().equals("sops"))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Overwrites all values with zeros; the tree is of no use afterwards. */
  public void wipe() {
    documents.forEach(SopsTree::wipe);
  }

  private static void wipe(SopsNode node) {
    switch (node) {
      case SopsNode.Leaf leaf -> Arrays.fill(leaf.view(), (byte) 0);
      case SopsNode.Sequence list -> list.items().forEach(SopsTree::wipe);
      case SopsNode.Branch branch -> branch.entries().forEach(entry -> wipe(entry.value()));
    }
  }

  /** Whether two trees are the same in documents, types, values, keys, order and comments. */
  public static boolean same(SopsTree one, SopsTree other) {
    if (one.documents.size() != other.documents.size()) {
      return false;
    }
    for (int i = 0; i < one.documents.size(); i++) {
      if (!SopsNode.same(one.documents.get(i), other.documents.get(i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * How deep an emitter indents.
   *
   * @param spaces 0 to 16 spaces a level, or {@link #DEFAULT}: a tab in JSON, 4 spaces in YAML;
   *     {@link #TAB} for a tab (JSON only)
   */
  public record Indent(int spaces) {
    public static final Indent TAB = new Indent(-1);
    public static final Indent DEFAULT = new Indent(-2);

    public Indent {
      if (spaces < -2 || spaces > 16) {
        throw new IllegalArgumentException("indent of " + spaces);
      }
    }
  }
}
