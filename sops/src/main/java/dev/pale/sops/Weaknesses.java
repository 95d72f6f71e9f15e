package dev.pale.sops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks for what the format leaves open in an opened file. */
final class Weaknesses {
  private static final int MAX_PATHS = 20_000;

  private final SopsFormat format;
  private final SopsMetadata metadata;
  private final Selection selection;
  private final Map<SopsWarning.Kind, Integer> counts = new EnumMap<>(SopsWarning.Kind.class);
  private final Map<SopsWarning.Kind, String> places = new EnumMap<>(SopsWarning.Kind.class);

  /** By associated data, the first path that has it, written so that two paths differ. */
  private final Map<String, List<String>> paths = new HashMap<>();

  private boolean colons;

  Weaknesses(SopsFormat format, SopsMetadata metadata, Selection selection) {
    this.format = format;
    this.metadata = metadata;
    this.selection = selection;
  }

  void plainComment(List<String> path) {
    found(SopsWarning.Kind.PLAIN_COMMENT, path);
  }

  private void found(SopsWarning.Kind kind, List<String> path) {
    counts.merge(kind, 1, Integer::sum);
    places.putIfAbsent(kind, String.join(".", path));
  }

  void look(SopsTree sealed, SopsTree plain, Decrypted.Mac verdict) {
    if (verdict != Decrypted.Mac.OK) {
      found(SopsWarning.Kind.MAC_IGNORED, List.of());
    }
    colons = plain.documents().stream().anyMatch(Weaknesses::hasColon);
    Walk.over(plain, this::leaf);
    for (SopsNode.Branch document : plain.documents()) {
      collections(document, new ArrayList<>());
    }
  }

  private SopsNode.Leaf leaf(
      SopsNode.Leaf leaf, List<String> path, List<List<String>> comments, boolean inList) {
    if (leaf.type() == SopsNode.Type.COMMENT) {
      found(SopsWarning.Kind.COMMENTS_OUTSIDE_MAC, path);
      return leaf;
    }
    boolean encrypted = selection.encrypted(path, comments, false);
    if (!encrypted && metadata.macOnlyEncrypted()) {
      found(SopsWarning.Kind.PLAIN_VALUES_OUTSIDE_MAC, path);
    }
    if (leaf.view().length == 0) {
      found(SopsWarning.Kind.EMPTY_TEXT, path);
    } else if (encrypted) {
      typeLabel(leaf, path);
      collision(path);
    }
    return leaf;
  }

  private void collision(List<String> path) {
    if (!colons || paths.size() > MAX_PATHS) {
      return;
    }
    List<String> first = paths.putIfAbsent(Walk.associated(path), List.copyOf(path));
    if (first != null && !first.equals(path)) {
      found(SopsWarning.Kind.COLLIDING_PATHS, path);
    }
  }

  /** Without a colon in a key, no two places have the same associated data. */
  private static boolean hasColon(SopsNode node) {
    return switch (node) {
      case SopsNode.Branch branch ->
          branch.entries().stream()
              .anyMatch(entry -> entry.key().indexOf(':') >= 0 || hasColon(entry.value()));
      case SopsNode.Sequence list -> list.items().stream().anyMatch(Weaknesses::hasColon);
      case SopsNode.Leaf ignored -> false;
    };
  }

  /** Where all values are texts anyway, a label says nothing. */
  private void typeLabel(SopsNode.Leaf leaf, List<String> path) {
    if (leaf.type() != SopsNode.Type.STR
        || leaf.view().length > 64
        || (format != SopsFormat.YAML && format != SopsFormat.JSON)) {
      return;
    }
    String text = leaf.string();
    if (text.equals("True")
        || text.equals("False")
        || canonicalNumber(text)
        || LeafTypes.time(text).isPresent()) {
      found(SopsWarning.Kind.TYPE_LABEL, path);
    }
  }

  private static boolean canonicalNumber(String text) {
    return text.matches("-?(0|[1-9][0-9]{0,17})(\\.[0-9]*[1-9])?");
  }

  private void collections(SopsNode node, List<String> path) {
    switch (node) {
      case SopsNode.Branch branch -> {
        if (branch.entries().isEmpty() && !path.isEmpty() && format != SopsFormat.INI) {
          found(SopsWarning.Kind.EMPTY_COLLECTION, path);
        }
        for (SopsNode.Entry entry : branch.entries()) {
          if (!entry.isComment()) {
            path.add(entry.key());
            collections(entry.value(), path);
            path.removeLast();
          }
        }
      }
      case SopsNode.Sequence list -> {
        if (list.items().isEmpty()) {
          found(SopsWarning.Kind.EMPTY_COLLECTION, path);
        }
        SopsNode.Leaf before = null;
        for (SopsNode item : list.items()) {
          if (item instanceof SopsNode.Leaf leaf && leaf.type() != SopsNode.Type.COMMENT) {
            if (before != null && exchangeable(before, leaf)) {
              found(SopsWarning.Kind.EXCHANGEABLE_ELEMENTS, path);
            }
            before = leaf;
          } else {
            before = null;
          }
          collections(item, path);
        }
      }
      case SopsNode.Leaf leaf -> {
        if (leaf.type() == SopsNode.Type.NULL) {
          found(SopsWarning.Kind.NULL_VALUE, path);
        }
      }
    }
  }

  /** Neighbours whose bytes give the same in both orders, though they differ. */
  private static boolean exchangeable(SopsNode.Leaf one, SopsNode.Leaf other) {
    byte[] a = one.view();
    byte[] b = other.view();
    if (a.length == 0 || b.length == 0 || one.sameAs(other)) {
      return false;
    }
    return Arrays.equals(joined(a, b), joined(b, a));
  }

  private static byte[] joined(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  List<SopsWarning> warnings() {
    List<SopsWarning> warnings = new ArrayList<>();
    counts.forEach(
        (kind, count) -> warnings.add(new SopsWarning(kind, count, places.getOrDefault(kind, ""))));
    return warnings;
  }
}
