package dev.pale.sops;

/** What stands in a YAML document while it is read. */
sealed interface YamlNode permits YamlFrame, YamlNode.Scalar, YamlNode.Alias {

  /** A scalar or a comment. */
  final class Scalar implements YamlNode {
    private final SopsNode.Leaf leaf;

    Scalar(SopsNode.Leaf leaf) {
      this.leaf = leaf;
    }

    SopsNode.Leaf leaf() {
      return leaf;
    }
  }

  /** A map or list that stands elsewhere. */
  final class Alias implements YamlNode {
    private final YamlFrame target;

    Alias(YamlFrame target) {
      this.target = target;
    }

    YamlFrame target() {
      return target;
    }
  }
}
