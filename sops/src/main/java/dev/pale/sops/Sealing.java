package dev.pale.sops;

import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;

/** Seals a plain tree. */
final class Sealing {
  private final SecretKeySpec key;
  private final SopsMetadata metadata;
  private final Selection selection;
  private final Mac mac;
  private final SopsStash stash;

  private Sealing(SopsFormat format, SopsMetadata metadata, byte[] dataKey, SopsStash stash) {
    key = SealedValue.key(dataKey);
    this.metadata = metadata;
    selection = Selection.of(format, metadata);
    mac = new Mac(metadata.macOnlyEncrypted());
    this.stash = stash.isFor(dataKey) ? stash : SopsStash.empty();
  }

  static SopsFile seal(
      SopsFormat format,
      SopsTree plain,
      SopsMetadata metadata,
      byte[] dataKey,
      SopsStash stash,
      Instant now) {
    if (plain.looksEncrypted(format)) {
      throw PaleException.of(
          460,
          "the file is encrypted already, or has a key that SOPS keeps for itself",
          format == SopsFormat.DOTENV ? "a key begins with sops_" : "there is a top key sops",
          "rename that key, or use the file as it is");
    }
    if (!stash.isSealable()) {
      throw PaleException.of(
          462,
          metadata.selector().map(rule -> rule.kind().field()).orElse("the rule")
              + " matches comments only before or only after they are decrypted",
          "values that are encrypted in the file would be written readable",
          "find out who changed the rule in the file's sops part; nothing was written");
    }
    if (plain.documents().isEmpty()) {
      throw Problems.unsupported(1, 1, "the file is empty");
    }
    Sealing sealing = new Sealing(format, metadata, dataKey, stash);
    SopsTree sealed = Walk.over(plain, sealing::leaf);
    OffsetDateTime when = now.atOffset(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS);
    byte[] mac = SealedValue.seal(sealing.key, sealing.mac.text(), LeafTypes.rfc3339(when), "str");
    return new SopsFile(
        format, sealed, metadata.withMac(when, new String(mac, StandardCharsets.US_ASCII)));
  }

  private SopsNode.Leaf leaf(
      SopsNode.Leaf leaf, List<String> path, List<List<String>> comments, boolean inList) {
    boolean isComment = leaf.type() == SopsNode.Type.COMMENT;
    boolean encrypted = selection.encrypted(path, comments, isComment);
    if (!isComment && (encrypted || !metadata.macOnlyEncrypted())) {
      mac.add(leaf);
    }
    if (!encrypted || leaf.view().length == 0) {
      return leaf;
    }
    String associated = Walk.associated(path);
    byte[] token =
        stash
            .take(associated, leaf)
            .orElseGet(() -> SealedValue.seal(key, leaf.view(), associated, leaf.type().label()));
    if (!isComment) {
      return new SopsNode.Leaf(SopsNode.Type.STR, token);
    }
    if (selection.switchesOff(token)) {
      throw PaleException.of(
          462,
          "unencrypted_comment_regex matches encrypted comments",
          "what follows them would be taken for readable",
          "make the expression narrower");
    }
    // In a list, an encrypted comment is an element: there is no other way to tell it.
    return switch (leaf.beside()) {
      case NO -> new SopsNode.Leaf(inList ? SopsNode.Type.STR : SopsNode.Type.COMMENT, token);
      case ABOVE_WHEN_SEALED -> new SopsNode.Leaf(SopsNode.Type.COMMENT, token);
      case YES, WHEN_SEALED ->
          inList
              ? new SopsNode.Leaf(SopsNode.Type.STR, token)
              : new SopsNode.Leaf(SopsNode.Type.COMMENT, token, SopsNode.Beside.YES);
    };
  }
}
