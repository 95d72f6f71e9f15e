package dev.pale.secrets;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * All renderings of a set of values, ready to be looked for in streams of bytes.
 *
 * <p>Begin with {@link #of} or {@link #builder()}, then take a {@link #masker()} for each stream to
 * be masked, or a {@link #matcher} to be told where values are.
 *
 * <p>A value is looked for as it is and without white space around it; in base64 at each of the
 * three offsets in both alphabets (the characters that the value determines fully, with the padding
 * where it ends the text), and wrapped at 64 and 76 columns; in hexadecimal; percent-encoded by the
 * rules of RFC 3986, of HTML forms and of the common libraries, and with every byte encoded; as the
 * inside of a JSON string in the usual spellings; with line ends LF and CRLF, also when it spells
 * them {@code \n}; and each of its lines of at least 8 bytes, without the white space around it.
 * Not looked for: other encodings, compressed or encrypted forms, parts of a line, and the first or
 * last base64 character when it mixes the value with its neighbours.
 *
 * <h2>Security guarantees</h2>
 *
 * <ul>
 *   <li>The {@link SecretValue}s are not kept and may be closed after {@link Builder#build()}.
 *   <li>The automaton itself contains the values as plain bytes; {@link #close()} zeroes it.
 *       Nothing here is printed: {@link #toString()} tells a number.
 *   <li>After {@link #close()} a masker throws instead of letting bytes through.
 * </ul>
 *
 * <p>Thread-safe: immutable until closed; close it after its maskers have finished.
 */
public final class Needles implements AutoCloseable {
  private final Automaton automaton;
  private final List<String> labels;
  private final List<Skipped> skipped;
  private final Replacement markers;

  private Needles(Automaton automaton, List<String> labels, List<Skipped> skipped) {
    this.automaton = automaton;
    this.labels = List.copyOf(labels);
    this.skipped = List.copyOf(skipped);
    this.markers = new Markers(this.labels);
  }

  /** Why a value is not looked for. */
  public enum Reason {
    /** Fewer than 6 bytes, white space around it not counted. */
    TOO_SHORT("is shorter than 6 bytes"),
    /** A word that ordinary output is full of, in any letter case. */
    COMMON_WORD("is a common word"),
    /** Digits, points, commas and signs, fewer than 8. */
    SHORT_NUMBER("is a number of fewer than 8 digits"),
    /** One byte over and over. */
    ONE_BYTE_REPEATED("is one character repeated");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    /** The end of the sentence "NAME …". */
    public String text() {
      return text;
    }
  }

  /**
   * A value that is not looked for.
   *
   * @param label its name
   * @param reason why
   */
  public record Skipped(String label, Reason reason) {}

  /** Why a value would not be looked for, without building anything; empty when it would. */
  public static java.util.Optional<Reason> reasonToSkip(byte[] value) {
    return java.util.Optional.ofNullable(Trivial.reason(value, 0, value.length));
  }

  /** A set of values under their names, all renderings. The values stay the caller's. */
  public static Needles of(Map<SecretName, SecretValue> values) {
    Builder builder = builder();
    for (Map.Entry<SecretName, SecretValue> entry : values.entrySet()) {
      builder.add(entry.getKey(), entry.getValue());
    }
    return builder.build();
  }

  /** Collects values. */
  public static Builder builder() {
    return new Builder();
  }

  /** A new masker for one stream. */
  public Masker masker() {
    return new Masker(automaton, markers);
  }

  /**
   * A new masker for one stream, with something else than a marker in place of what it masks.
   *
   * @param replacement may serve several maskers if it keeps nothing between calls
   */
  public Masker masker(Replacement replacement) {
    return new Masker(automaton, replacement);
  }

  /** A new matcher for one stream, which reports instead of replacing. */
  public Matcher matcher(Matcher.Found found) {
    return new Matcher(automaton, found);
  }

  /** The labels, in the order in which they were added; a matcher tells their numbers. */
  public List<String> labels() {
    return labels;
  }

  /** What was added but is not looked for, in the order in which it was added. */
  public List<Skipped> skipped() {
    return skipped;
  }

  /** Whether nothing is looked for: a masker then lets everything through at once. */
  public boolean isEmpty() {
    return automaton.isEmpty();
  }

  /** How many different byte strings are looked for. */
  public int size() {
    return automaton.needleLength.length;
  }

  /** How much there is to look through: about 14 bytes of memory each. */
  int nodes() {
    return automaton.depth.length;
  }

  /** Zeroes what holds the values. Calling it twice is harmless. */
  @Override
  public void close() {
    automaton.wipe();
  }

  @Override
  public String toString() {
    return "[" + size() + " needles]";
  }

  /**
   * Collects values for {@link Needles}. When two values have a rendering in common, it belongs to
   * the one that was added first.
   *
   * <p>Not thread-safe; used once.
   */
  public static final class Builder {
    private final AutomatonBuilder automaton = new AutomatonBuilder();
    private final Renderings renderings = new Renderings(automaton);
    private final List<String> labels = new ArrayList<>();
    private final List<Skipped> skipped = new ArrayList<>();

    private Builder() {}

    /** All renderings of a secret's value, which is read now and not kept. */
    public Builder add(SecretName name, SecretValue value) {
      return add(name.text(), value.bytes(Reveal.MASK));
    }

    /**
     * All renderings of a value, unless it is trivial: see {@link Needles#skipped()}.
     *
     * @param label printed in the marker; not secret
     * @param value any bytes; stay the caller's
     */
    public Builder add(String label, byte[] value) {
      Reason reason = renderings.add(value, label(label));
      if (reason != null) {
        skipped.add(new Skipped(label, reason));
      }
      return this;
    }

    /**
     * Exactly these bytes and no other rendering, trivial or not, for instance a placeholder.
     *
     * @param label printed in the marker; not secret; may be used several times
     * @param bytes what to look for; fewer than 6 are reported as skipped
     */
    public Builder addExact(String label, byte[] bytes) {
      if (!automaton.add(bytes, 0, bytes.length, label(label))) {
        skipped.add(new Skipped(label, Reason.TOO_SHORT));
      }
      return this;
    }

    private int label(String label) {
      int last = labels.size() - 1;
      if (last < 0 || !labels.get(last).equals(label)) {
        labels.add(label);
        last++;
      }
      return last;
    }

    /** Builds; the builder must not be used any more. */
    public Needles build() {
      renderings.wipe();
      return new Needles(automaton.build(), labels, skipped);
    }
  }
}
