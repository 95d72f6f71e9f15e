package dev.pale.sops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for all trees, in all formats. */
class SopsPropertiesTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Instant LATER = Instant.parse("2027-01-02T03:04:05Z");

  static SopsMetadata metadata() {
    return SopsMetadata.of(
        List.of(
            List.of(
                new MasterKey(
                    "age",
                    Map.of("recipient", "age1xyz"),
                    Map.of(),
                    "-----BEGIN\nabc\n-----END\n"))),
        0,
        Optional.empty(),
        false);
  }

  static byte[] key() {
    byte[] key = new byte[32];
    key[5] = 7;
    return key;
  }

  private static Arbitrary<String> anyText() {
    return Arbitraries.oneOf(
        Arbitraries.strings().all().ofMaxLength(12).filter(SopsPropertiesTest::whole),
        Arbitraries.strings().withChars(" \n\t#:-'\"|>&*![]{},?%@`~0123.exyn").ofMaxLength(12),
        Arbitraries.strings().ascii().ofMaxLength(160),
        Arbitraries.of("yes", "null", "017", "1e3", "<<", "---", "...", "ENC[x]", "2020-01-01"));
  }

  private static boolean whole(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).equals(text);
  }

  private static Arbitrary<SopsNode.Leaf> typedLeaf() {
    return Arbitraries.oneOf(
        anyText().map(SopsNode.Leaf::text),
        Arbitraries.longs().map(SopsNode.Leaf::integer),
        Arbitraries.doubles().map(SopsNode.Leaf::number),
        Arbitraries.of(true, false).map(SopsNode.Leaf::bool),
        Arbitraries.just(SopsNode.Leaf.nothing()));
  }

  private static Arbitrary<SopsNode.Leaf> yamlLeaf() {
    return Arbitraries.oneOf(
        typedLeaf(),
        Arbitraries.bytes().array(byte[].class).ofMaxSize(6).map(SopsNode.Leaf::text),
        Arbitraries.longs()
            .between(0, 4_000_000_000L)
            .map(s ->
                SopsNode.Leaf.ascii(
                    SopsNode.Type.TIME,
                    LeafTypes.rfc3339(
                        OffsetDateTime.ofInstant(
                            Instant.ofEpochSecond(s), java.time.ZoneOffset.UTC)))));
  }

  private static Arbitrary<SopsNode> node(
      Arbitrary<SopsNode.Leaf> leaf, boolean comments, int depth) {
    Arbitrary<SopsNode> asNode = leaf.map(l -> l);
    if (depth == 0) {
      return asNode;
    }
    return Arbitraries.frequencyOf(
        net.jqwik.api.Tuple.of(3, asNode),
        net.jqwik.api.Tuple.of(1, branch(leaf, comments, depth - 1).map(b -> b)),
        net.jqwik.api.Tuple.of(1, list(leaf, comments, depth - 1).map(l -> l)));
  }

  private static Arbitrary<SopsNode.Branch> branch(
      Arbitrary<SopsNode.Leaf> leaf, boolean comments, int depth) {
    Arbitrary<SopsNode> values = node(leaf, comments, depth);
    Arbitrary<String> keys =
        anyText().filter(k -> !k.equals("sops") && !k.endsWith("_unencrypted"));
    return net.jqwik.api.Combinators.combine(
            keys.list().ofMaxSize(4), values.list().ofSize(4), comment().list().ofSize(4))
        .as((names, nodes, notes) -> {
          List<SopsNode.Entry> entries = new ArrayList<>();
          Set<String> seen = new HashSet<>();
          for (int i = 0; i < names.size(); i++) {
            if (seen.add(names.get(i))) {
              if (comments && !notes.get(i).isEmpty()) {
                entries.add(SopsNode.Entry.comment(SopsNode.Leaf.comment(notes.get(i))));
              }
              entries.add(SopsNode.Entry.of(names.get(i), nodes.get(i)));
            }
          }
          return new SopsNode.Branch(entries);
        });
  }

  private static Arbitrary<SopsNode.Sequence> list(
      Arbitrary<SopsNode.Leaf> leaf, boolean comments, int depth) {
    return net.jqwik.api.Combinators.combine(
            node(leaf, comments, depth).list().ofMaxSize(3), comment().list().ofSize(3))
        .as((nodes, notes) -> {
          List<SopsNode> items = new ArrayList<>();
          for (int i = 0; i < nodes.size(); i++) {
            if (comments && !notes.get(i).isEmpty()) {
              items.add(SopsNode.Leaf.comment(notes.get(i)));
            }
            items.add(nodes.get(i));
          }
          return new SopsNode.Sequence(items);
        });
  }

  private static Arbitrary<String> comment() {
    return Arbitraries.oneOf(
        Arbitraries.just(""), Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(8));
  }

  @Provide
  Arbitrary<SopsTree> yamlTrees() {
    return branch(yamlLeaf(), false, 3).list().ofMinSize(1).ofMaxSize(2).map(SopsTree::new);
  }

  @Provide
  Arbitrary<SopsTree> commentedTrees() {
    return branch(yamlLeaf(), true, 3).map(b -> new SopsTree(List.of(b)));
  }

  @Provide
  Arbitrary<SopsTree> jsonTrees() {
    return branch(typedLeaf().filter(SopsPropertiesTest::finite), false, 3)
        .map(b -> new SopsTree(List.of(b)));
  }

  private static boolean finite(SopsNode.Leaf leaf) {
    return leaf.type() != SopsNode.Type.FLOAT || !leaf.string().matches("NaN|[+-]Inf");
  }

  @Provide
  Arbitrary<SopsTree> dotenvTrees() {
    Arbitrary<SopsNode.Entry> pair =
        net.jqwik.api.Combinators.combine(
                Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(6),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(9))
            .as((k, v) -> SopsNode.Entry.of("K" + k.replace("=", ""), SopsNode.Leaf.text(v)));
    Arbitrary<SopsNode.Entry> note =
        Arbitraries.strings()
            .withCharRange(' ', '~')
            .ofMaxLength(6)
            .map(c -> SopsNode.Entry.comment(SopsNode.Leaf.comment(c)));
    return Arbitraries.oneOf(pair, note)
        .list()
        .ofMaxSize(6)
        .map(entries -> new SopsTree(List.of(new SopsNode.Branch(entries))));
  }

  @Provide
  Arbitrary<SopsTree> iniTrees() {
    Arbitrary<SopsNode.Entry> section =
        Arbitraries.strings()
            .withCharRange('a', 'z')
            .ofMinLength(1)
            .ofMaxLength(5)
            .list()
            .uniqueElements()
            .ofMaxSize(4)
            .map(keys -> {
              List<SopsNode.Entry> entries = new ArrayList<>();
              keys.forEach(
                  k -> entries.add(SopsNode.Entry.of(k, SopsNode.Leaf.text(k + ";# \"" + k))));
              return SopsNode.Entry.of("s" + keys.size(), new SopsNode.Branch(entries));
            });
    return section.map(s ->
        new SopsTree(
            List.of(
                new SopsNode.Branch(
                    List.of(SopsNode.Entry.of("DEFAULT", new SopsNode.Branch(List.of())), s)))));
  }

  private static void returns(SopsFormat format, SopsTree tree) {
    SopsFile sealed = SopsFile.encrypt(format, tree, metadata(), key(), SopsStash.empty(), NOW);
    byte[] written = sealed.emit(SopsTree.Indent.DEFAULT);
    SopsFile read = SopsFile.parse(format, written);
    assertThat(read.emit(SopsTree.Indent.DEFAULT)).isEqualTo(written);
    try (Decrypted opened = read.decrypt(key())) {
      assertThat(SopsTree.same(opened.tree(), tree)).isTrue();
    }
  }

  @Property(tries = 150)
  void yaml_returns_from_sealing(@ForAll("yamlTrees") SopsTree tree) {
    returns(SopsFormat.YAML, tree);
  }

  @org.junit.jupiter.api.Test
  void line_and_paragraph_separators_return_from_sealing() {
    SopsNode.Branch inner =
        new SopsNode.Branch(
            List.of(
                SopsNode.Entry.of("a\u2029b\u2028", SopsNode.Leaf.text("x\u2028y\u2029")),
                SopsNode.Entry.of("after", SopsNode.Leaf.text("z"))));
    returns(
        SopsFormat.YAML,
        new SopsTree(List.of(new SopsNode.Branch(List.of(SopsNode.Entry.of("k", inner))))));
  }

  @org.junit.jupiter.api.Test
  void every_character_returns_wherever_it_stands() {
    for (String before : List.of("", "+", "-", "?", ":", "0", "1", "0x", ".", "~", "\n")) {
      for (String after : List.of("", "a", "\n", "0")) {
        for (int c = 0; c < 0x10100; c = c == 0x300 ? 0x2000 : c == 0x2100 ? 0xFE00 : c + 1) {
          if (c < 0xD800 || c > 0xDFFF) {
            String text = before + Character.toString(c) + after;
            SopsTree tree =
                new SopsTree(
                    List.of(
                        new SopsNode.Branch(
                            List.of(
                                SopsNode.Entry.of("k", SopsNode.Leaf.text(text)),
                                SopsNode.Entry.of("k" + text, SopsNode.Leaf.text("v"))))));
            byte[] printed = tree.emit(SopsFormat.YAML, SopsTree.Indent.DEFAULT);
            assertThat(SopsTree.same(SopsTree.parse(SopsFormat.YAML, printed), tree))
                .as(() -> new String(printed, StandardCharsets.UTF_8))
                .isTrue();
          }
        }
      }
    }
  }

  @Property(tries = 150)
  void json_returns_from_sealing(@ForAll("jsonTrees") SopsTree tree) {
    returns(SopsFormat.JSON, tree);
  }

  @Property(tries = 100)
  void dotenv_returns_from_sealing(@ForAll("dotenvTrees") SopsTree tree) {
    returns(SopsFormat.DOTENV, tree);
  }

  @Property(tries = 100)
  void ini_returns_from_sealing(@ForAll("iniTrees") SopsTree tree) {
    returns(SopsFormat.INI, tree);
  }

  @Property(tries = 100)
  void bytes_return_from_sealing(@ForAll byte[] content) {
    returns(SopsFormat.BINARY, SopsTree.parse(SopsFormat.BINARY, content));
  }

  @Property(tries = 250)
  void printed_yaml_is_read_and_printed_the_same(@ForAll("yamlTrees") SopsTree tree) {
    stable(SopsFormat.YAML, tree);
  }

  @Property(tries = 250)
  void printed_yaml_with_comments_is_read_and_printed_the_same(
      @ForAll("commentedTrees") SopsTree tree) {
    stable(SopsFormat.YAML, tree);
  }

  @Property(tries = 150)
  void printed_json_is_read_and_printed_the_same(@ForAll("jsonTrees") SopsTree tree) {
    stable(SopsFormat.JSON, tree);
  }

  private static void stable(SopsFormat format, SopsTree tree) {
    byte[] printed = tree.emit(format, SopsTree.Indent.DEFAULT);
    byte[] again = SopsTree.parse(format, printed).emit(format, SopsTree.Indent.DEFAULT);
    assertThat(new String(again, StandardCharsets.UTF_8))
        .isEqualTo(new String(printed, StandardCharsets.UTF_8));
  }

  @Property(tries = 150)
  void comments_return_from_sealing(@ForAll("commentedTrees") SopsTree tree) {
    SopsFile sealed =
        SopsFile.encrypt(SopsFormat.YAML, tree, metadata(), key(), SopsStash.empty(), NOW);
    SopsFile read = SopsFile.parse(SopsFormat.YAML, sealed.emit(SopsTree.Indent.DEFAULT));
    try (Decrypted opened = read.decrypt(key())) {
      assertThat(text(opened.tree())).isEqualTo(text(tree));
    }
  }

  private static String text(SopsTree tree) {
    return new String(tree.emit(SopsFormat.YAML, SopsTree.Indent.DEFAULT), StandardCharsets.UTF_8);
  }

  @Property(tries = 100)
  void one_changed_value_changes_its_line_the_mac_and_the_date(
      @ForAll("commentedTrees") SopsTree tree) {
    editTouchesOnlyItsLine(SopsFormat.YAML, tree);
  }

  @Property(tries = 100)
  void one_changed_value_of_json_changes_its_line_the_mac_and_the_date(
      @ForAll("jsonTrees") SopsTree tree) {
    editTouchesOnlyItsLine(SopsFormat.JSON, tree);
  }

  private static void editTouchesOnlyItsLine(SopsFormat format, SopsTree generated) {
    SopsPath path = SopsPath.keys("the edited one");
    SopsTree tree = generated.set(path, SopsNode.Leaf.text("before"));
    SopsFile first = SopsFile.encrypt(format, tree, metadata(), key(), SopsStash.empty(), NOW);
    SopsFile read = SopsFile.parse(format, first.emit(SopsTree.Indent.DEFAULT));
    try (Decrypted opened = read.decrypt(key())) {
      SopsFile second =
          SopsFile.encrypt(
              format,
              opened.tree().set(path, SopsNode.Leaf.text("after")),
              read.metadata(),
              key(),
              opened.stash(),
              LATER);
      List<String> old = lines(first);
      List<String> fresh = lines(second);
      assertThat(fresh).hasSameSizeAs(old);
      List<String> changed = new ArrayList<>();
      for (int i = 0; i < old.size(); i++) {
        if (!old.get(i).equals(fresh.get(i))) {
          changed.add(fresh.get(i).strip().replaceAll("[\"]?:.*", "").replace("\"", ""));
        }
      }
      assertThat(changed).containsExactly("the edited one", "lastmodified", "mac");
    }
  }

  private static List<String> lines(SopsFile file) {
    return new String(file.emit(SopsTree.Indent.DEFAULT), StandardCharsets.UTF_8).lines().toList();
  }
}
