package dev.pale.formats.template;

import dev.pale.secrets.PaleException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Text with references in it: {@code {{ REF }}}, or bare {@code op://…}.
 *
 * <p>The rules, which {@code docs/references.md} explains:
 *
 * <ul>
 *   <li>Between two pairs of braces, on one line, stands a reference with blanks around it. It may
 *       hold any character but a control character and the closing braces.
 *   <li>A bare reference starts with a scheme that the caller knows, does not follow a letter,
 *       digit, {@code -}, {@code +}, {@code \} or {@code .}, and ends before the first character
 *       that is no letter, digit or one of {@code - _ . / ? = & #}; variables are part of it.
 *   <li><code>{{ "text" }}</code> stands for the text itself, with {@code \"} and {@code \\} for
 *       quote and backslash.
 *   <li>All else stays as it is, byte for byte, other people's braces included.
 * </ul>
 *
 * <h2>Security guarantees</h2>
 *
 * <ul>
 *   <li>Values are inserted once. What a value holds is never read as a reference.
 *   <li>There is no expression, function, file or command in a template: it can run nothing.
 *   <li>Time and memory are linear in the template's size.
 * </ul>
 *
 * <p>Immutable and thread-safe.
 */
public final class Template {
  /** The largest template, in bytes. */
  public static final int MAX_BYTES = 16 << 20;

  /** The most references in one template. */
  public static final int MAX_REFERENCES = 10_000;

  private final byte[] bytes;

  private final List<Piece> pieces;

  private final List<Slot> slots;
  private final List<Slot> unknown;

  private Template(byte[] bytes, TemplateParser parser) {
    this.bytes = bytes;
    this.pieces = List.copyOf(parser.pieces);
    this.slots = List.copyOf(parser.slots);
    this.unknown = List.copyOf(parser.unknown);
  }

  /** What the result is made of. */
  sealed interface Piece {
    /** Bytes of the template, from and to. */
    record Range(int from, int to) implements Piece {}

    /** Other bytes, of a literal in braces. */
    record Literal(String latin) implements Piece {}

    /** The value for a slot. */
    record Value(int slot) implements Piece {}
  }

  /**
   * Reads a template.
   *
   * @param bytes not copied; must not change
   * @param source its name, for errors
   * @param known which schemes make a bare reference
   * @throws PaleException 651 for a reference that is not closed or not text, with line and column;
   *     655 for a template that is too large or has too many references
   */
  public static Template parse(byte[] bytes, String source, Predicate<String> known) {
    if (bytes.length > MAX_BYTES) {
      throw PaleException.of(
          655, source + " is larger than 16 MiB", "no template needs that", "split it");
    }
    TemplateParser parser = new TemplateParser(bytes, source, known);
    parser.parse();
    return new Template(bytes, parser);
  }

  /** Whether bytes may hold a reference at all; cheap. */
  public static boolean mayHoldReference(byte[] bytes) {
    for (int i = 1; i + 2 < bytes.length; i++) {
      if (bytes[i] == ':' && bytes[i + 1] == '/' && bytes[i + 2] == '/') {
        return true;
      }
    }
    return false;
  }

  /** The places where values go, in the order of the text. */
  public List<Slot> slots() {
    return slots;
  }

  /**
   * Bare text that looks like a reference of a scheme that is not known, at most a hundred: it
   * stays as it is, and may be a typing error.
   */
  public List<Slot> unknown() {
    return unknown;
  }

  /**
   * The text with the values in their places.
   *
   * @param values one for each slot, in order; not changed and not kept
   * @return a new array, the caller's to wipe
   * @throws PaleException 655 when the result would be larger than 1 GiB
   */
  public byte[] fill(List<byte[]> values) {
    if (values.size() != slots.size()) {
      throw new IllegalArgumentException("one value for each slot");
    }
    long length = 0;
    for (Piece piece : pieces) {
      length +=
          switch (piece) {
            case Piece.Range(int from, int to) -> to - from;
            case Piece.Literal(String latin) -> latin.length();
            case Piece.Value(int slot) -> values.get(slot).length;
          };
    }
    if (length > 1 << 30) {
      throw PaleException.of(655, "the result is larger than 1 GiB", "", "split the template");
    }
    byte[] out = new byte[(int) length];
    int at = 0;
    for (Piece piece : pieces) {
      byte[] part =
          switch (piece) {
            case Piece.Range(int from, int to) -> Arrays.copyOfRange(bytes, from, to);
            case Piece.Literal(String latin) ->
                latin.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
            case Piece.Value(int slot) -> values.get(slot);
          };
      System.arraycopy(part, 0, out, at, part.length);
      at += part.length;
    }
    return out;
  }
}
