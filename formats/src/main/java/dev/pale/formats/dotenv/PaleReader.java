package dev.pale.formats.dotenv;

import dev.pale.formats.dotenv.Problem.Severity;
import java.util.Arrays;

/** Pale's own dialect; the grammar is in {@code docs/dotenv.md}. */
final class PaleReader {
  private static final String PEM_BEGIN = "-----BEGIN ";
  private static final String PEM_END = "-----END ";

  private final byte[] in;
  private final Readings out;

  /** From here on there is no end of a PEM block: what was not found once is not sought again. */
  private int noPemEndAfter;

  private int nameStart;
  private int nameEnd;

  private PaleReader(byte[] bytes) {
    this.in = bytes;
    this.out = new Readings(bytes);
    noPemEndAfter = bytes.length;
  }

  static Readings read(byte[] bytes) {
    PaleReader reader = new PaleReader(bytes);
    reader.file();
    return reader.out;
  }

  private void file() {
    int i = Bytes.start(in);
    boolean crLf = false;
    while (i < in.length) {
      int next = line(i);
      if (!crLf && next > 1 && in[next - 1] == '\n' && in[next - 2] == '\r') {
        crLf = true;
        out.problem(
            1,
            1,
            Severity.NOTE,
            "lines end with CR LF; the CR is not part of the values",
            "a shell would keep it: convert the file if a shell reads it too");
      }
      i = next;
    }
  }

  /** Reads the line or the assignment at {@code i}; returns the start of the next line. */
  private int line(int i) {
    i = Bytes.skipBlanks(in, i);
    if (Bytes.isEndOfLine(in, i)) {
      out.gap();
      return nextLine(i);
    }
    if (in[i] == '#') {
      int end = Bytes.lineFeed(in, i);
      out.comment(i, end);
      return nextLine(end);
    }
    boolean exported = false;
    if (Bytes.startsWith(in, i, "export") && Bytes.isBlank(Bytes.at(in, i + 6))) {
      int word = Bytes.skipBlanks(in, i + 6);
      if (Bytes.at(in, word) != '=') {
        exported = true;
        i = word;
      }
    }
    nameStart = i;
    while (!Bytes.isEndOfLine(in, i) && in[i] != '=' && !Bytes.isBlank(in[i]) && in[i] != ':') {
      i++;
    }
    nameEnd = i;
    int sign = Bytes.skipBlanks(in, i);
    int next = Bytes.at(in, sign);
    if (next == '=') {
      return value(sign + 1);
    }
    if (next == ':' && colon(sign)) {
      return nextLine(sign);
    }
    if (exported && Bytes.isEndOfLine(in, sign)) {
      out.problem(
          nameStart,
          Severity.WARNING,
          "'export' without a value is ignored",
          "write export NAME=value");
      return nextLine(sign);
    }
    // A colon or a blank inside what should be a name: look for the sign further on.
    int equals = sign;
    while (!Bytes.isEndOfLine(in, equals) && in[equals] != '=') {
      equals++;
    }
    if (Bytes.at(in, equals) == '=' && isOneWord(nameStart, equals)) {
      nameEnd = equals;
      return value(equals + 1);
    }
    out.problem(
        nameStart,
        Severity.ERROR,
        "not an assignment",
        "write NAME=value, or put # before it; a value of several lines must be in quotes");
    return nextLine(sign);
  }

  private boolean isOneWord(int from, int to) {
    for (int i = from; i < to; i++) {
      if (Bytes.isBlank(in[i])) {
        return false;
      }
    }
    return to > from;
  }

  private boolean colon(int sign) {
    int after = Bytes.at(in, sign + 1);
    if (!Bytes.isBlank(after) && !Bytes.isEndOfLine(in, sign + 1)) {
      return false;
    }
    out.problem(
        sign, Severity.ERROR, "'NAME: value' is not an assignment here", "write NAME=value");
    return true;
  }

  private int value(int afterSign) {
    int i = Bytes.skipBlanks(in, afterSign);
    int c = Bytes.at(in, i);
    if (Bytes.isEndOfLine(in, i) || (c == '#' && i > afterSign)) {
      return finish(i, new byte[0]);
    }
    if (c == '\'') {
      return single(i);
    }
    if (c == '"') {
      return doubled(i);
    }
    if (Bytes.startsWith(in, i, PEM_BEGIN)) {
      int end = pemEnd(i);
      if (end > Bytes.lineFeed(in, i)) {
        out.problem(
            i,
            Severity.ERROR,
            "a PEM block of several lines without quotes",
            "put double quotes before -----BEGIN and after the last line");
        // Known to be one value, so that the others do not read its lines as names.
        out.assign(nameStart, nameEnd, end, Reading.ERROR);
        return nextLine(end);
      }
    }
    return unquoted(i);
  }

  private int unquoted(int start) {
    int i = start;
    while (!Bytes.isEndOfLine(in, i) && !(in[i] == '#' && i > start && Bytes.isBlank(in[i - 1]))) {
      i++;
    }
    int end = i;
    while (end > start && Bytes.isBlank(in[end - 1])) {
      end--;
    }
    return finish(i, Arrays.copyOfRange(in, start, end));
  }

  private int single(int quote) {
    int end = quote + 1;
    while (end < in.length && in[end] != '\'') {
      end++;
    }
    if (end >= in.length) {
      return unterminated(quote);
    }
    return afterQuote(end, Arrays.copyOfRange(in, quote + 1, end));
  }

  private int doubled(int quote) {
    int end = quote + 1;
    while (end < in.length && in[end] != '"') {
      end += in[end] == '\\' ? 2 : 1;
    }
    if (end >= in.length) {
      return unterminated(quote);
    }
    return afterQuote(end, unescaped(quote + 1, end));
  }

  private byte[] unescaped(int from, int to) {
    byte[] buffer = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      byte c = in[i];
      if (c == '\\' && i + 1 < to) {
        byte next = in[i + 1];
        byte meant =
            switch (next) {
              case '"', '\\', '$', '`' -> next;
              case 'n' -> (byte) '\n';
              case 'r' -> (byte) '\r';
              default -> 0;
            };
        if (meant != 0) {
          c = meant;
          i++;
        }
      }
      buffer[length++] = c;
    }
    byte[] value = Arrays.copyOf(buffer, length);
    Arrays.fill(buffer, (byte) 0);
    return value;
  }

  private int afterQuote(int quote, byte[] value) {
    int i = Bytes.skipBlanks(in, quote + 1);
    boolean comment = Bytes.at(in, i) == '#' && i > quote + 1;
    if (!comment && !Bytes.isEndOfLine(in, i)) {
      Arrays.fill(value, (byte) 0);
      out.problem(
          i,
          Severity.ERROR,
          "text after the closing quote",
          "put the whole value in one pair of quotes, a blank before a comment, or read the file"
              + " with --dialect shell");
      out.assign(nameStart, nameEnd, i, Reading.ERROR);
      return nextLine(i);
    }
    return finish(i, value);
  }

  /**
   * Happens once a kind of quote: there is none of it left, so the file is still read in one go.
   */
  private int unterminated(int quote) {
    out.problem(
        quote,
        Severity.ERROR,
        "the quote is never closed",
        "close it, or put a value that holds a quote into the other kind of quotes");
    out.assign(nameStart, nameEnd, quote, Reading.ERROR);
    return nextLine(quote);
  }

  private int finish(int end, byte[] value) {
    out.assign(nameStart, nameEnd, end, out.value(nameStart, nameEnd, value));
    return nextLine(end);
  }

  /** The offset of the last line's end marker, or -1. */
  private int pemEnd(int from) {
    for (int i = from; i < noPemEndAfter; i++) {
      if (in[i] == '-' && Bytes.startsWith(in, i, PEM_END)) {
        return i;
      }
    }
    noPemEndAfter = Math.min(noPemEndAfter, from);
    return -1;
  }

  private int nextLine(int i) {
    return Math.min(in.length, Bytes.lineFeed(in, i) + 1);
  }
}
