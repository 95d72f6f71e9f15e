package dev.pale.secrets;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Adds every rendering of a value to an automaton: which there are. {@link Encoder} knows how. */
final class Renderings {
  /** Above this, only the cheap renderings: a needle's byte costs 14 bytes of memory. */
  private static final int LONG_BYTES = 64 * 1024;

  /** Above this, no rendering with every byte percent-encoded. */
  private static final int EVERY_BYTE_LIMIT = 256;

  /** The shortest line that is looked for on its own. */
  private static final int SHORTEST_LINE = 8;

  /**
   * What percent-encoders leave as it is, besides letters, digits, {@code -}, {@code _}, {@code .}.
   */
  private static final String RFC_3986 = "~";

  private static final String PYTHON_QUOTE = "~/";
  private static final String ENCODE_URI_COMPONENT = "~!'()*";
  private static final String ENCODE_URI = "~!'()*;,/?:@&=+$#";
  private static final String FORM = "*";

  private final AutomatonBuilder target;
  private final Encoder encoder;
  private int label;

  Renderings(AutomatonBuilder target) {
    this.target = target;
    this.encoder = new Encoder();
  }

  /** Adds all renderings, or says why not. */
  Needles.@Nullable Reason add(byte[] value, int labelIndex) {
    label = labelIndex;
    int from = 0;
    int to = value.length;
    while (from < to && isSpace(value[from])) {
      from++;
    }
    while (to > from && isSpace(value[to - 1])) {
      to--;
    }
    Needles.Reason reason = Trivial.reason(value, from, to);
    if (reason != null) {
      return reason;
    }
    boolean trimmed = to - from < value.length;
    byte[] core = trimmed ? Arrays.copyOfRange(value, from, to) : value;
    encoded(core);
    if (trimmed) {
      encoded(value);
    }
    lines(core);
    if (trimmed) {
      Arrays.fill(core, (byte) 0);
    }
    return null;
  }

  private void encoded(byte[] v) {
    target.add(v, 0, v.length, label);
    boolean isLong = v.length > LONG_BYTES;
    for (int offset = 0; offset < 3; offset++) {
      base64(v, offset, false);
      if (!isLong) {
        base64(v, offset, true);
      }
    }
    json(v);
    if (!isLong) {
      wrappedBase64(v, 64);
      wrappedBase64(v, 76);
      hexAndPercent(v);
    }
  }

  private void take() {
    target.add(encoder.bytes(), 0, encoder.length(), label);
  }

  /** The characters that the value determines, then those that end a text which it ends. */
  private void base64(byte[] v, int offset, boolean urlSafe) {
    encoder.base64(v, offset, urlSafe);
    if (urlSafe && !encoder.hasUrlSafeCharacter()) {
      return;
    }
    int from = offset == 0 ? 0 : offset + 1;
    int determined = 8 * (offset + v.length) / 6;
    byte[] text = encoder.bytes();
    int unpadded = encoder.unpaddedLength();
    target.add(text, from, determined, label);
    if (unpadded > determined) {
      target.add(text, from, unpadded, label);
      target.add(text, from, encoder.length(), label);
    }
  }

  private void wrappedBase64(byte[] v, int columns) {
    if (v.length * 4L / 3 <= columns) {
      return;
    }
    encoder.base64(v, 0, false);
    byte[] text = encoder.bytes();
    for (int at = 0; at < encoder.length(); at += columns) {
      int end = Math.min(encoder.length(), at + columns);
      if (end - at >= SHORTEST_LINE) {
        target.add(text, at, end, label);
      }
    }
  }

  private void hexAndPercent(byte[] v) {
    encoder.hex(v, false);
    take();
    encoder.hex(v, true);
    take();
    if (!Encoder.isUnreserved(v)) {
      percent(v, RFC_3986, false);
      percent(v, PYTHON_QUOTE, false);
      percent(v, ENCODE_URI_COMPONENT, false);
      percent(v, ENCODE_URI, false);
      percent(v, FORM, true);
      percent(v, FORM, false);
      percent(v, RFC_3986, true);
    }
    if (v.length <= EVERY_BYTE_LIMIT) {
      encoder.percentEvery(v, false);
      take();
      encoder.percentEvery(v, true);
      take();
    }
  }

  private void percent(byte[] v, String kept, boolean plusForSpace) {
    encoder.percent(v, kept, plusForSpace, false);
    take();
    encoder.percent(v, kept, plusForSpace, true);
    take();
  }

  private void json(byte[] v) {
    if (!Encoder.mayNeedJsonEscape(v)) {
      return;
    }
    for (int hex = 0; hex < 2; hex++) {
      boolean upper = hex == 1;
      for (int ascii = 0; ascii < 2; ascii++) {
        int style = ascii == 1 ? Encoder.JSON_ASCII : 0;
        json(v, style, upper);
        json(v, style | Encoder.JSON_SLASH, upper);
        json(v, style | Encoder.JSON_HTML, upper);
        json(v, style | Encoder.JSON_HTML | Encoder.JSON_QUOTE, upper);
      }
    }
    // JSON inside JSON, as log lines have it.
    if (encoder.json(v, 0, false)) {
      byte[] once = Arrays.copyOf(encoder.bytes(), encoder.length());
      json(once, 0, false);
      Arrays.fill(once, (byte) 0);
    }
  }

  private void json(byte[] v, int style, boolean upper) {
    if (encoder.json(v, style, upper)) {
      take();
    }
  }

  /** The lines of a value, and the value with the other line ends. */
  private void lines(byte[] v) {
    boolean realLines = false;
    boolean spelledLines = false;
    for (int i = 0; i < v.length; i++) {
      realLines |= v[i] == '\n' || v[i] == '\r';
      spelledLines |= v[i] == '\\' && i + 1 < v.length && v[i + 1] == 'n';
    }
    if (realLines) {
      eachLine(v);
      lineEnds(v);
    } else if (spelledLines) {
      encoder.unspellLines(v);
      byte[] unspelled = Arrays.copyOf(encoder.bytes(), encoder.length());
      target.add(unspelled, 0, unspelled.length, label);
      eachLine(unspelled);
      lineEnds(unspelled);
      Arrays.fill(unspelled, (byte) 0);
    }
  }

  private void lineEnds(byte[] v) {
    encoder.lineEnds(v, false);
    byte[] lf = Arrays.copyOf(encoder.bytes(), encoder.length());
    target.add(lf, 0, lf.length, label);
    json(lf, 0, false);
    encoder.lineEnds(lf, true);
    byte[] crlf = Arrays.copyOf(encoder.bytes(), encoder.length());
    target.add(crlf, 0, crlf.length, label);
    json(crlf, 0, false);
    Arrays.fill(lf, (byte) 0);
    Arrays.fill(crlf, (byte) 0);
  }

  private void eachLine(byte[] v) {
    int start = 0;
    for (int i = 0; i <= v.length; i++) {
      if (i == v.length || v[i] == '\n' || v[i] == '\r') {
        line(v, start, i);
        start = i + 1;
      }
    }
  }

  private void line(byte[] v, int start, int end) {
    int from = start;
    int to = end;
    while (from < to && isSpace(v[from])) {
      from++;
    }
    while (to > from && isSpace(v[to - 1])) {
      to--;
    }
    if (to - from < SHORTEST_LINE
        || isArmour(v, from, to)
        || !isTelling(v, from, to)
        || Trivial.reason(v, from, to) != null) {
      return;
    }
    target.add(v, from, to, label);
    byte[] line = Arrays.copyOfRange(v, from, to);
    if (Encoder.mayNeedJsonEscape(line)) {
      json(line, 0, false);
      json(line, Encoder.JSON_SLASH, false);
    }
    Arrays.fill(line, (byte) 0);
  }

  /** A header or footer such as {@code -----BEGIN PRIVATE KEY-----}, which is no secret. */
  private static boolean isArmour(byte[] v, int from, int to) {
    for (int i = 0; i < 5; i++) {
      if (v[from + i] != '-' || v[to - 1 - i] != '-') {
        return false;
      }
    }
    return true;
  }

  /** Whether the line has at least four different letters, digits or bytes above ASCII. */
  private static boolean isTelling(byte[] v, int from, int to) {
    int different = 0;
    for (int i = from; i < to && different < 4; i++) {
      byte b = v[i];
      boolean word = b < 0 || Encoder.isAlphanumeric(b);
      for (int j = from; word && j < i; j++) {
        word = v[j] != b;
      }
      if (word) {
        different++;
      }
    }
    return different >= 4;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t' || b == '\n' || b == '\r';
  }

  void wipe() {
    encoder.wipe();
  }
}
