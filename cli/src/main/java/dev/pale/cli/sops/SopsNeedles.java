package dev.pale.cli.sops;

import dev.pale.secrets.Needles;
import dev.pale.sops.SopsNode;
import dev.pale.sops.SopsTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which values of a file are looked for in a program's output: those that are encrypted in it. What
 * stands plain in the file is no secret.
 */
final class SopsNeedles {
  private static final byte[] SEALED = "ENC[".getBytes(StandardCharsets.US_ASCII);

  private final Needles.Builder builder = Needles.builder();

  private SopsNeedles() {}

  /** The values of a file, each under its key. */
  static Needles of(SopsTree sealed, SopsTree plain) {
    SopsNeedles needles = new SopsNeedles();
    for (int i = 0; i < plain.documents().size(); i++) {
      SopsNode other =
          i < sealed.documents().size()
              ? sealed.documents().get(i)
              : new SopsNode.Branch(List.of());
      needles.walk("value", other, plain.documents().get(i));
    }
    return needles.builder.build();
  }

  private void walk(String label, SopsNode sealed, SopsNode plain) {
    switch (plain) {
      case SopsNode.Leaf leaf -> {
        // Where the two do not fit together, more is masked and not less.
        if (!(sealed instanceof SopsNode.Leaf other) || isSealed(other)) {
          byte[] value = leaf.bytes();
          builder.add(label, value);
          Arrays.fill(value, (byte) 0);
        }
      }
      case SopsNode.Sequence list -> {
        List<SopsNode> others =
            sealed instanceof SopsNode.Sequence other ? other.items() : List.of();
        boolean fits = others.size() == list.items().size();
        for (int i = 0; i < list.items().size(); i++) {
          walk(label, fits ? others.get(i) : new SopsNode.Branch(List.of()), list.items().get(i));
        }
      }
      case SopsNode.Branch branch -> {
        List<SopsNode.Entry> others = new ArrayList<>();
        if (sealed instanceof SopsNode.Branch other) {
          others.addAll(other.entries());
        }
        boolean fits = others.size() == branch.entries().size();
        for (int i = 0; i < branch.entries().size(); i++) {
          SopsNode.Entry entry = branch.entries().get(i);
          walk(
              entry.isComment() ? "comment" : entry.key(),
              fits ? others.get(i).value() : new SopsNode.Branch(List.of()),
              entry.value());
        }
      }
    }
  }

  private static boolean isSealed(SopsNode.Leaf leaf) {
    byte[] text = leaf.bytes();
    return text.length >= SEALED.length
        && Arrays.equals(text, 0, SEALED.length, SEALED, 0, SEALED.length);
  }
}
