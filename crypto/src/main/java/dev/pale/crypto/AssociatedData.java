package dev.pale.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a sealed value is bound to: a list of fields that is authenticated together with the value
 * and must be given again, equal in every byte, to open it.
 *
 * <p>Each field is its length as four bytes, big-endian, then its bytes. The first field is a
 * format string such as {@code pale/value/1}, which fixes the number and the types of the fields
 * that follow; use one format string for one sequence of types only.
 *
 * <h2>Security guarantees</h2>
 *
 * <p>The encoding is injective: two different lists of fields never have the same bytes, so moving
 * a byte from one field to its neighbour, or splitting or joining fields, is noticed. Text that has
 * no exact UTF-8 form is refused rather than replaced.
 *
 * <p>Immutable and thread-safe: each method returns a longer list, so that a common beginning can
 * be kept and shared.
 */
public final class AssociatedData {
  private final byte[] encoded;

  private AssociatedData(byte[] encoded) {
    this.encoded = encoded;
  }

  /**
   * The list with only its format string.
   *
   * @param format for instance {@code pale/value/1}; not empty
   */
  public static AssociatedData of(String format) {
    if (format.isEmpty()) {
      throw new IllegalArgumentException("the format string is empty");
    }
    return new AssociatedData(new byte[0]).text(format);
  }

  /**
   * This list and one more field: the text in UTF-8.
   *
   * @throws IllegalArgumentException when the text holds half a surrogate pair
   */
  public AssociatedData text(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          throw new IllegalArgumentException("the text is not valid Unicode");
        }
        i++;
      }
    }
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** This list and one more field: the number as eight bytes, big-endian, two's complement. */
  public AssociatedData number(long number) {
    byte[] field = new byte[8];
    for (int i = 0; i < 8; i++) {
      field[i] = (byte) (number >>> (56 - 8 * i));
    }
    return bytes(field);
  }

  /** This list and one more field: the bytes as they are, copied. */
  public AssociatedData bytes(byte[] field) {
    int at = encoded.length;
    byte[] longer = Arrays.copyOf(encoded, Math.addExact(at, Math.addExact(4, field.length)));
    longer[at] = (byte) (field.length >>> 24);
    longer[at + 1] = (byte) (field.length >>> 16);
    longer[at + 2] = (byte) (field.length >>> 8);
    longer[at + 3] = (byte) field.length;
    System.arraycopy(field, 0, longer, at + 4, field.length);
    return new AssociatedData(longer);
  }

  /** The encoding of all fields, a copy; also a good input for a MAC. */
  public byte[] encoded() {
    return encoded.clone();
  }

  /** The encoding itself, for this package, which does not change it. */
  byte[] shared() {
    return encoded;
  }
}
