package dev.pale.sops;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Metadata between its branch in a file and {@link SopsMetadata}. Keys are written sorted. */
final class MetadataCodec {
  /** The lists of master keys, in the order in which sops gathers them into a group. */
  private static final List<String> KINDS =
      List.of("kms", "gcp_kms", "hckms", "azure_kv", "hc_vault", "pgp", "age");

  private static final int MAX_KEYS = 10_000;

  private MetadataCodec() {}

  static SopsMetadata read(SopsNode.Branch branch) {
    String when = text(branch, "lastmodified");
    OffsetDateTime lastModified =
        LeafTypes.time(when)
            .orElseThrow(() -> Problems.badMetadata("lastmodified is not a time of RFC 3339"));
    List<List<MasterKey>> groups = groups(branch);
    String threshold = text(branch, "shamir_threshold");
    if (!threshold.matches("[0-9]{0,3}")) {
      throw Problems.badMetadata("shamir_threshold is not a small number");
    }
    return new SopsMetadata(
        groups,
        threshold.isEmpty() ? 0 : Integer.parseInt(threshold),
        lastModified,
        text(branch, "mac"),
        selector(branch),
        flag(text(branch, "mac_only_encrypted")),
        text(branch, "version"),
        unknown(branch));
  }

  private static boolean flag(String text) {
    return switch (text) {
      case "True", "true", "TRUE", "1", "t", "T" -> true;
      case "", "False", "false", "FALSE", "0", "f", "F" -> false;
      default -> throw Problems.badMetadata("mac_only_encrypted is neither true nor false");
    };
  }

  private static List<List<MasterKey>> groups(SopsNode.Branch branch) {
    List<MasterKey> single = group(branch);
    if (!single.isEmpty()) {
      return List.of(single);
    }
    List<List<MasterKey>> groups = new ArrayList<>();
    for (SopsNode node : list(branch, "key_groups")) {
      if (!(node instanceof SopsNode.Branch entry)) {
        throw Problems.badMetadata("a key group is not a map");
      }
      groups.add(group(entry));
    }
    if (groups.isEmpty()) {
      throw Problems.badMetadata("it names no keys");
    }
    if (groups.size() > 255) {
      throw Problems.badMetadata("more than 255 key groups");
    }
    return groups;
  }

  private static List<MasterKey> group(SopsNode.Branch branch) {
    List<MasterKey> keys = new ArrayList<>();
    for (String kind : KINDS) {
      for (SopsNode node : list(branch, kind)) {
        if (!(node instanceof SopsNode.Branch entry)) {
          throw Problems.badMetadata("a key in " + kind + " is not a map");
        }
        keys.add(key(kind, entry));
        if (keys.size() > MAX_KEYS) {
          throw Problems.badMetadata("too many keys");
        }
      }
    }
    return keys;
  }

  private static MasterKey key(String kind, SopsNode.Branch entry) {
    Map<String, String> fields = new TreeMap<>();
    Map<String, String> context = new TreeMap<>();
    String wrapped = "";
    for (SopsNode.Entry field : entry.entries()) {
      if (field.isComment()) {
        continue;
      }
      if (field.value() instanceof SopsNode.Leaf leaf) {
        if (field.key().equals("enc")) {
          wrapped = text(leaf);
        } else if (leaf.type() != SopsNode.Type.NULL) {
          fields.put(field.key(), text(leaf));
        }
      } else if (field.value() instanceof SopsNode.Branch pairs && field.key().equals("context")) {
        for (SopsNode.Entry pair : pairs.entries()) {
          if (!pair.isComment() && pair.value() instanceof SopsNode.Leaf leaf) {
            context.put(pair.key(), text(leaf));
          }
        }
      } else {
        throw Problems.badMetadata("a field of a key in " + kind + " is not a text");
      }
    }
    return new MasterKey(kind, fields, context, wrapped);
  }

  private static Optional<SopsMetadata.Selector> selector(SopsNode.Branch branch) {
    Optional<SopsMetadata.Selector> found = Optional.empty();
    for (SopsMetadata.SelectorKind kind : SopsMetadata.SelectorKind.values()) {
      String text = text(branch, kind.field());
      if (!text.isEmpty()) {
        if (found.isPresent()) {
          throw Problems.badMetadata(
              "it has both " + found.get().kind().field() + " and " + kind.field());
        }
        found = Optional.of(new SopsMetadata.Selector(kind, text));
      }
    }
    return found;
  }

  private static SopsNode.Branch unknown(SopsNode.Branch branch) {
    List<SopsNode.Entry> rest = new ArrayList<>();
    for (SopsNode.Entry entry : branch.entries()) {
      if (!entry.isComment() && !known(entry.key())) {
        rest.add(entry);
      }
    }
    return new SopsNode.Branch(rest);
  }

  private static boolean known(String key) {
    return switch (key) {
      case "shamir_threshold",
          "key_groups",
          "lastmodified",
          "mac",
          "mac_only_encrypted",
          "version" ->
          true;
      default ->
          KINDS.contains(key)
              || java.util.Arrays.stream(SopsMetadata.SelectorKind.values())
                  .anyMatch(kind -> kind.field().equals(key));
    };
  }

  private static List<SopsNode> list(SopsNode.Branch branch, String key) {
    Optional<SopsNode> node = branch.get(key);
    if (node.isEmpty() || (node.get() instanceof SopsNode.Leaf leaf && leaf.view().length == 0)) {
      return List.of();
    }
    if (!(node.get() instanceof SopsNode.Sequence list)) {
      throw Problems.badMetadata(key + " is not a list");
    }
    return list.items().stream()
        .filter(
            item -> !(item instanceof SopsNode.Leaf leaf && leaf.type() == SopsNode.Type.COMMENT))
        .toList();
  }

  private static String text(SopsNode.Branch branch, String key) {
    Optional<SopsNode> node = branch.get(key);
    if (node.isEmpty()) {
      return "";
    }
    if (!(node.get() instanceof SopsNode.Leaf leaf)) {
      throw Problems.badMetadata(key + " is not a text");
    }
    return text(leaf);
  }

  private static String text(SopsNode.Leaf leaf) {
    return leaf.string();
  }

  /** The branch as sops 3.13 writes it: sorted, without empty lists. */
  static SopsNode.Branch write(SopsMetadata metadata) {
    TreeMap<String, SopsNode> fields = new TreeMap<>();
    for (SopsNode.Entry entry : metadata.unknown().entries()) {
      fields.put(entry.key(), entry.value());
    }
    if (metadata.groups().size() == 1) {
      byKind(metadata.groups().get(0)).forEach((kind, keys) -> fields.put(kind, keys));
    } else {
      List<SopsNode> groups = new ArrayList<>();
      for (List<MasterKey> group : metadata.groups()) {
        TreeMap<String, SopsNode> kinds = new TreeMap<>(byKind(group));
        kinds.putIfAbsent("hc_vault", new SopsNode.Sequence(List.of()));
        kinds.putIfAbsent("age", new SopsNode.Sequence(List.of()));
        groups.add(branch(kinds));
      }
      fields.put("key_groups", new SopsNode.Sequence(groups));
    }
    if (metadata.shamirThreshold() != 0) {
      fields.put("shamir_threshold", SopsNode.Leaf.integer(metadata.shamirThreshold()));
    }
    fields.put("lastmodified", SopsNode.Leaf.text(LeafTypes.rfc3339(metadata.lastModified())));
    fields.put("mac", SopsNode.Leaf.text(metadata.mac()));
    fields.put("version", SopsNode.Leaf.text(metadata.version()));
    if (metadata.macOnlyEncrypted()) {
      fields.put("mac_only_encrypted", SopsNode.Leaf.bool(true));
    }
    SopsMetadata.Selector selector =
        metadata
            .selector()
            .orElse(
                new SopsMetadata.Selector(
                    SopsMetadata.SelectorKind.UNENCRYPTED_SUFFIX,
                    SopsMetadata.DEFAULT_UNENCRYPTED_SUFFIX));
    fields.put(selector.kind().field(), SopsNode.Leaf.text(selector.text()));
    return branch(fields);
  }

  private static Map<String, SopsNode> byKind(List<MasterKey> group) {
    Map<String, List<SopsNode>> lists = new TreeMap<>();
    for (MasterKey key : group) {
      lists.computeIfAbsent(key.kind(), k -> new ArrayList<>()).add(entry(key));
    }
    Map<String, SopsNode> kinds = new TreeMap<>();
    lists.forEach((kind, keys) -> kinds.put(kind, new SopsNode.Sequence(keys)));
    return kinds;
  }

  private static SopsNode.Branch entry(MasterKey key) {
    TreeMap<String, SopsNode> fields = new TreeMap<>();
    key.fields().forEach((name, value) -> fields.put(name, SopsNode.Leaf.text(value)));
    if (key.kind().equals("kms")) {
      fields.putIfAbsent("aws_profile", SopsNode.Leaf.text(""));
      if (key.field("role").isEmpty()) {
        fields.remove("role");
      }
    }
    fields.put("enc", SopsNode.Leaf.text(key.wrapped()));
    if (!key.context().isEmpty()) {
      TreeMap<String, SopsNode> pairs = new TreeMap<>();
      key.context().forEach((name, value) -> pairs.put(name, SopsNode.Leaf.text(value)));
      fields.put("context", branch(pairs));
    }
    return branch(fields);
  }

  private static SopsNode.Branch branch(Map<String, SopsNode> sorted) {
    List<SopsNode.Entry> entries = new ArrayList<>();
    sorted.forEach((key, value) -> entries.add(SopsNode.Entry.of(key, value)));
    return new SopsNode.Branch(entries);
  }
}
