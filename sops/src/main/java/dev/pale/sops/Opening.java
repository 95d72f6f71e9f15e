package dev.pale.sops;

import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;

/** Opens a sealed file. */
final class Opening {
  private final SecretKeySpec key;
  private final SopsMetadata metadata;
  private final Selection selection;
  private final Mac mac;
  private final SopsStash stash;
  private final Weaknesses weaknesses;

  /** Which leaves were decrypted, in document order. */
  private final BitSet opened = new BitSet();

  private int leaves;

  private Opening(SopsFile file, byte[] dataKey) {
    key = SealedValue.key(dataKey);
    metadata = file.metadata();
    selection = Selection.of(file.format(), metadata);
    mac = new Mac(metadata.macOnlyEncrypted());
    stash = SopsStash.forKey(dataKey);
    weaknesses = new Weaknesses(file.format(), metadata, selection);
  }

  static Decrypted open(SopsFile file, byte[] dataKey, boolean macRequired) {
    Opening opening = new Opening(file, dataKey);
    SopsTree tree = Walk.over(file.sealedTree(), opening::leaf);
    Decrypted.Mac verdict;
    try {
      verdict = opening.verdict(macRequired);
      opening.checkRule(tree);
      if (macRequired && verdict != Decrypted.Mac.OK) {
        throw mismatch(verdict);
      }
    } catch (PaleException e) {
      tree.wipe();
      throw e;
    }
    opening.weaknesses.look(file.sealedTree(), tree, verdict);
    return new Decrypted(tree, opening.stash, verdict, opening.weaknesses.warnings());
  }

  /**
   * A rule about comments is asked again with the comments that were decrypted. Whoever can write
   * the file but not read it could choose one that matches these alone: the next change of the file
   * would then write its values readable. The rule is outside the mac.
   */
  private void checkRule(SopsTree tree) {
    if (!selection.asksComments()) {
      return;
    }
    int[] at = {0};
    Walk.over(
        tree,
        (leaf, path, comments, inList) -> {
          boolean isComment = leaf.type() == SopsNode.Type.COMMENT;
          if (opened.get(at[0]++) && !selection.encrypted(path, comments, isComment)) {
            stash.refuseSealing();
          }
          return leaf;
        });
  }

  private SopsNode.Leaf leaf(
      SopsNode.Leaf leaf, List<String> path, List<List<String>> comments, boolean inList) {
    boolean isComment = leaf.type() == SopsNode.Type.COMMENT;
    boolean encrypted = selection.encrypted(path, comments, isComment);
    SopsNode.Leaf plain = leaf;
    if (encrypted && leaf.view().length > 0) {
      plain = isComment ? comment(leaf, path, inList) : value(leaf, path);
    }
    opened.set(leaves++, plain != leaf);
    if (plain.type() != SopsNode.Type.COMMENT && (encrypted || !metadata.macOnlyEncrypted())) {
      mac.add(plain);
    }
    return plain;
  }

  private SopsNode.Leaf value(SopsNode.Leaf leaf, List<String> path) {
    String place = Walk.place(path);
    if (leaf.type() != SopsNode.Type.STR) {
      throw Problems.notSealed(place, "a plain value stands where a sealed one is due");
    }
    SealedValue sealed =
        SealedValue.parse(leaf.view())
            .orElseThrow(() ->
                Problems.notSealed(
                    place,
                    SealedValue.looksSealed(leaf)
                        ? "its sealed form is broken"
                        : "a plain value stands where a sealed one is due"));
    String associated = Walk.associated(path);
    byte[] plain = sealed.open(key, associated).orElseThrow(() -> Problems.notAuthentic(place));
    SopsNode.Leaf opened =
        LeafTypes.of(sealed.type(), plain)
            .orElseThrow(
                () -> Problems.notSealed(place, "its content is not of the type that is written"));
    switch (opened.type()) {
      case STR, BYTES, COMMENT -> {}
      default -> Arrays.fill(plain, (byte) 0);
    }
    stash.put(associated, opened, leaf.view());
    return opened;
  }

  /** A comment that does not open stays as it is: files of old versions have plain ones. */
  private SopsNode.Leaf comment(SopsNode.Leaf leaf, List<String> path, boolean inList) {
    Optional<SealedValue> sealed = SealedValue.parse(leaf.view());
    String associated = Walk.associated(path);
    Optional<byte[]> plain = sealed.flatMap(value -> value.open(key, associated));
    // A comment behind a nested map is written less indented than it is read: its place in the file
    // can be deeper than the one it was sealed for.
    for (int depth = path.size() - 1;
        plain.isEmpty() && sealed.isPresent() && depth >= 0;
        depth--) {
      plain = sealed.get().open(key, Walk.associated(path.subList(0, depth)));
    }
    if (plain.isEmpty()) {
      weaknesses.plainComment(path);
      return leaf;
    }
    SopsNode.Leaf opened =
        new SopsNode.Leaf(
            SopsNode.Type.COMMENT,
            plain.get(),
            leaf.beside() != SopsNode.Beside.NO
                ? SopsNode.Beside.WHEN_SEALED
                : inList ? SopsNode.Beside.ABOVE_WHEN_SEALED : SopsNode.Beside.NO);
    stash.put(associated, opened, leaf.view());
    return opened;
  }

  private Decrypted.Mac verdict(boolean required) {
    if (metadata.mac().isEmpty()) {
      return Decrypted.Mac.MISSING;
    }
    Optional<byte[]> written =
        SealedValue.parse(metadata.mac().getBytes(StandardCharsets.UTF_8))
            .flatMap(sealed -> sealed.open(key, LeafTypes.rfc3339(metadata.lastModified())));
    if (written.isEmpty()) {
      if (required) {
        throw Problems.notAuthentic("the mac, or the date of the last change");
      }
      return Decrypted.Mac.MISMATCH;
    }
    return MessageDigest.isEqual(written.get(), mac.text())
        ? Decrypted.Mac.OK
        : Decrypted.Mac.MISMATCH;
  }

  private static PaleException mismatch(Decrypted.Mac verdict) {
    return verdict == Decrypted.Mac.MISSING
        ? PaleException.of(
            459,
            "the SOPS file has no mac",
            "its values may have been removed, added or put in another order",
            "restore the file from its history, or look at it with --ignore-mac")
        : PaleException.of(
            458,
            "the SOPS file was changed after it was encrypted",
            "the mac does not match: values were added, removed, changed or put in another order",
            "restore the file from its history, or look at it with --ignore-mac");
  }
}
