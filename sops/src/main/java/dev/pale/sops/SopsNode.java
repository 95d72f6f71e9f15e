package dev.pale.sops;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A node of a document: a {@link Branch}, a {@link Sequence} or a {@link Leaf}. Order, duplicates
 * and comments are kept.
 *
 * <p>Immutable but for {@link SopsTree#wipe()}, and thread-safe. Nothing here prints a value.
 */
public sealed interface SopsNode permits SopsNode.Branch, SopsNode.Sequence, SopsNode.Leaf {

  /** What a leaf is; the names are those of the field {@code type} of an encrypted value. */
  enum Type {
    STR("str"),
    INT("int"),
    FLOAT("float"),
    BOOL("bool"),
    BYTES("bytes"),
    TIME("time"),
    COMMENT("comment"),
    /** Never encrypted. */
    NULL("null");

    private final String label;

    Type(String label) {
      this.label = label;
    }

    /** As it stands in {@code type:}. */
    public String label() {
      return label;
    }
  }

  /** Where a comment stands. */
  enum Beside {
    /** On a line of its own. */
    NO,
    /** At the end of a value's line. */
    YES,
    /** At the end of a value's line in the encrypted file; sops prints it on its own line. */
    WHEN_SEALED,
    /** On a line of its own within a list of the encrypted file, not as an element of the list. */
    ABOVE_WHEN_SEALED
  }

  /** A mapping, in order, with comments between its entries; keys may occur twice. */
  final class Branch implements SopsNode {
    private final List<Entry> entries;

    public Branch(List<Entry> entries) {
      this.entries = List.copyOf(entries);
    }

    public List<Entry> entries() {
      return entries;
    }

    /** The value of the first entry with this key. */
    public Optional<SopsNode> get(String key) {
      for (Entry entry : entries) {
        if (!entry.isComment() && entry.key().equals(key)) {
          return Optional.of(entry.value());
        }
      }
      return Optional.empty();
    }

    @Override
    public String toString() {
      return "branch of " + entries.size();
    }
  }

  /** A key with its value, or a comment that stands between keys. */
  final class Entry {
    private final String key;
    private final SopsNode value;

    private Entry(String key, SopsNode value) {
      this.key = key;
      this.value = value;
    }

    /** A key with its value. */
    public static Entry of(String key, SopsNode value) {
      if (value instanceof Leaf leaf && leaf.type() == Type.COMMENT) {
        throw new IllegalArgumentException("a comment has no key");
      }
      return new Entry(key, value);
    }

    /**
     * An entry that is a comment.
     *
     * @param comment of type {@link Type#COMMENT}
     */
    public static Entry comment(Leaf comment) {
      if (comment.type() != Type.COMMENT) {
        throw new IllegalArgumentException("not a comment");
      }
      return new Entry("", comment);
    }

    public boolean isComment() {
      return value instanceof Leaf leaf && leaf.type() == Type.COMMENT;
    }

    /** The key; empty for a comment. */
    public String key() {
      return key;
    }

    public SopsNode value() {
      return value;
    }

    @Override
    public String toString() {
      return isComment() ? "comment" : "entry " + key;
    }
  }

  /** A list; comments are elements of it and count as sops counts them. */
  final class Sequence implements SopsNode {
    private final List<SopsNode> items;

    public Sequence(List<? extends SopsNode> items) {
      this.items = List.copyOf(items);
    }

    public List<SopsNode> items() {
      return items;
    }

    @Override
    public String toString() {
      return "list of " + items.size();
    }
  }

  /**
   * A value: its type and its bytes as SOPS encrypts them: {@code True} and {@code False} for a
   * boolean, decimal digits for an integer, the shortest digits without an exponent for a number
   * with a fraction, RFC 3339 for a time, nothing for null.
   */
  final class Leaf implements SopsNode {
    private final Type type;
    private final byte[] plain;
    private final Beside beside;

    Leaf(Type type, byte[] plain) {
      this(type, plain, Beside.NO);
    }

    Leaf(Type type, byte[] plain, Beside beside) {
      this.type = type;
      this.plain = plain;
      this.beside = beside;
    }

    /**
     * A text.
     *
     * @param text copied; usually UTF-8, but any bytes are kept
     */
    public static Leaf text(byte[] text) {
      return new Leaf(Type.STR, text.clone());
    }

    public static Leaf text(String text) {
      return new Leaf(Type.STR, text.getBytes(StandardCharsets.UTF_8));
    }

    public static Leaf integer(long number) {
      return ascii(Type.INT, Long.toString(number));
    }

    public static Leaf number(double number) {
      return ascii(Type.FLOAT, GoNumbers.plain(number));
    }

    public static Leaf bool(boolean value) {
      return ascii(Type.BOOL, value ? "True" : "False");
    }

    public static Leaf nothing() {
      return new Leaf(Type.NULL, new byte[0]);
    }

    /**
     * A comment.
     *
     * @param text without the comment sign, one line, UTF-8
     */
    public static Leaf comment(String text) {
      return new Leaf(Type.COMMENT, text.getBytes(StandardCharsets.UTF_8));
    }

    static Leaf ascii(Type type, String text) {
      return new Leaf(type, text.getBytes(StandardCharsets.US_ASCII));
    }

    public Type type() {
      return type;
    }

    /** A new array, which belongs to the caller. */
    public byte[] bytes() {
      return plain.clone();
    }

    /** The bytes themselves: not to be changed but to wipe. */
    byte[] view() {
      return plain;
    }

    /** Whether a comment stands on the line of the value that follows it in the tree. */
    Beside beside() {
      return beside;
    }

    String string() {
      return new String(plain, StandardCharsets.UTF_8);
    }

    boolean sameAs(Leaf other) {
      return type == other.type && Arrays.equals(plain, other.plain);
    }

    @Override
    public String toString() {
      return type.label();
    }
  }

  /** Whether two nodes are the same in types, values, keys, order and comments. */
  static boolean same(SopsNode one, SopsNode other) {
    return switch (one) {
      case Leaf leaf -> other instanceof Leaf that && leaf.sameAs(that);
      case Sequence list -> {
        if (!(other instanceof Sequence that) || that.items.size() != list.items.size()) {
          yield false;
        }
        for (int i = 0; i < list.items.size(); i++) {
          if (!same(list.items.get(i), that.items.get(i))) {
            yield false;
          }
        }
        yield true;
      }
      case Branch branch -> {
        if (!(other instanceof Branch that) || that.entries.size() != branch.entries.size()) {
          yield false;
        }
        for (int i = 0; i < branch.entries.size(); i++) {
          Entry a = branch.entries.get(i);
          Entry b = that.entries.get(i);
          if (!a.key.equals(b.key) || !same(a.value, b.value)) {
            yield false;
          }
        }
        yield true;
      }
    };
  }

  /** A changeable copy of a list, for those who build a changed node. */
  static <T> List<T> changeable(List<T> list) {
    return new ArrayList<>(list);
  }
}
