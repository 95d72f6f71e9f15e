package dev.pale.sops;

import java.util.ArrayList;
import java.util.List;

/** Goes over all leaves of a tree in document order and makes a tree of what comes back. */
final class Walk {
  /** What is done at a leaf. Nulls are never asked about. */
  interface AtLeaf {
    /**
     * What stands at the leaf's place afterwards.
     *
     * @param path the keys from the top; changes when the walk goes on
     * @param comments the comments that stand before, for each level; changes likewise
     */
    SopsNode.Leaf visit(
        SopsNode.Leaf leaf, List<String> path, List<List<String>> comments, boolean inList);
  }

  private final AtLeaf atLeaf;
  private final List<String> path = new ArrayList<>();
  private final List<List<String>> comments = new ArrayList<>();

  private Walk(AtLeaf atLeaf) {
    this.atLeaf = atLeaf;
  }

  static SopsTree over(SopsTree tree, AtLeaf atLeaf) {
    List<SopsNode.Branch> documents = new ArrayList<>();
    for (SopsNode.Branch document : tree.documents()) {
      documents.add(new Walk(atLeaf).branch(document));
    }
    return new SopsTree(documents);
  }

  /** The associated data of a place. */
  static String associated(List<String> path) {
    return String.join(":", path) + ":";
  }

  /** A place for a message. */
  static String place(List<String> path) {
    return path.isEmpty() ? "the top" : String.join(".", path);
  }

  private SopsNode.Branch branch(SopsNode.Branch branch) {
    List<String> standing = new ArrayList<>();
    comments.add(standing);
    List<SopsNode.Entry> entries = new ArrayList<>(branch.entries().size());
    for (SopsNode.Entry entry : branch.entries()) {
      if (entry.isComment()) {
        SopsNode.Leaf comment = (SopsNode.Leaf) entry.value();
        standing.add(comment.string());
        entries.add(SopsNode.Entry.comment(atLeaf.visit(comment, path, comments, false)));
        continue;
      }
      path.add(entry.key());
      entries.add(SopsNode.Entry.of(entry.key(), node(entry.value(), false)));
      path.removeLast();
      standing.clear();
    }
    comments.removeLast();
    return new SopsNode.Branch(entries);
  }

  private SopsNode.Sequence list(SopsNode.Sequence list) {
    List<String> standing = new ArrayList<>();
    comments.add(standing);
    List<SopsNode> items = new ArrayList<>(list.items().size());
    for (SopsNode item : list.items()) {
      boolean comment = item instanceof SopsNode.Leaf leaf && leaf.type() == SopsNode.Type.COMMENT;
      if (comment) {
        standing.add(((SopsNode.Leaf) item).string());
      }
      items.add(node(item, true));
      if (!comment) {
        standing.clear();
      }
    }
    comments.removeLast();
    return new SopsNode.Sequence(items);
  }

  private SopsNode node(SopsNode node, boolean inList) {
    return switch (node) {
      case SopsNode.Branch branch -> branch(branch);
      case SopsNode.Sequence list -> list(list);
      case SopsNode.Leaf leaf ->
          leaf.type() == SopsNode.Type.NULL ? leaf : atLeaf.visit(leaf, path, comments, inList);
    };
  }
}
