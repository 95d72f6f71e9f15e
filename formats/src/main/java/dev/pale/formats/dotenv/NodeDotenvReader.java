package dev.pale.formats.dotenv;

import dev.pale.formats.dotenv.Problem.Severity;
import java.util.Arrays;

/**
 * The npm package {@code dotenv}, which reads with one regular expression. This is the same
 * language in one pass: what the expression finds by going back is found here by remembering the
 * last quote that could close a value.
 *
 * <p>Source: behaviour of versions 16.6.1 and 18.0.10 on random texts.
 */
final class NodeDotenvReader {
  private final byte[] in;
  private final Readings out;

  private NodeDotenvReader(byte[] in) {
    this.in = in;
    this.out = new Readings(in);
  }

  static Readings read(byte[] in) {
    NodeDotenvReader reader = new NodeDotenvReader(in);
    reader.file();
    return reader.out;
  }

  private void file() {
    int i = Bytes.start(in);
    while (i < in.length) {
      int start = skipSpaceOnLine(i);
      int c = Bytes.at(in, start);
      if (isEol(c)) {
        out.gap();
        i = nextLine(start);
      } else if (c == '#') {
        int end = endOfLine(start);
        out.comment(start, end);
        i = nextLine(end);
      } else {
        i = statement(start);
      }
    }
  }

  /** Returns where to go on. */
  private int statement(int start) {
    int nameStart = start;
    if (Bytes.startsWith(in, start, "export") && Bytes.unicodeSpace(in, start + 6) > 0) {
      int word = skipSpace(start + 6);
      if (isKey(Bytes.at(in, word))) {
        nameStart = word;
      }
    }
    int nameEnd = nameStart;
    while (isKey(Bytes.at(in, nameEnd))) {
      nameEnd++;
    }
    int sign = nameEnd > nameStart ? valueStart(nameEnd) : -1;
    if (sign < 0) {
      out.problem(start, Severity.WARNING, "dotenv ignores this line", "");
      return nextLine(endOfLine(start));
    }
    return value(nameStart, nameEnd, sign);
  }

  /** After {@code =}, or after {@code :} and a space; -1 when there is neither. */
  private int valueStart(int nameEnd) {
    int i = skipSpace(nameEnd);
    if (Bytes.at(in, i) == '=') {
      return i + 1;
    }
    int space = Bytes.at(in, nameEnd) == ':' ? Bytes.unicodeSpace(in, nameEnd + 1) : 0;
    return space > 0 ? nameEnd + 1 + space : -1;
  }

  private int value(int nameStart, int nameEnd, int start) {
    int quote = skipSpace(start);
    int c = Bytes.at(in, quote);
    if (c == '\'' || c == '"' || c == '`') {
      int close = closing(quote, c);
      if (close > quote) {
        assign(nameStart, nameEnd, close, quote + 1, close, c == '"');
        return nextLine(endOfLine(close));
      }
    }
    int from = start;
    int end = endOfLine(start);
    int to = start;
    while (to < end && in[to] != '#') {
      to++;
    }
    while (from < to && Bytes.unicodeSpace(in, from) > 0) {
      from += Bytes.unicodeSpace(in, from);
    }
    to = Bytes.trimmedEnd(in, Math.min(from, to), to);
    from = Math.min(from, to);
    int first = from < to ? in[from] : -1;
    boolean quoted =
        to - from >= 2 && in[to - 1] == first && (first == '\'' || first == '"' || first == '`');
    assign(nameStart, nameEnd, start, quoted ? from + 1 : from, quoted ? to - 1 : to, first == '"');
    return nextLine(end);
  }

  /**
   * The quote that closes a value, or -1: the last one, up to the first without a backslash before
   * it, after which the line holds only white space or a comment. No stretch is searched twice: an
   * opening quote never has a backslash before it, so the next search starts where this one ended.
   */
  private int closing(int open, int quote) {
    int i = open;
    int good = -1;
    do {
      i++;
      while (i < in.length && in[i] != quote) {
        i++;
      }
      if (i < in.length && endsLine(i + 1)) {
        good = i;
      }
    } while (i < in.length && in[i - 1] == '\\');
    return good;
  }

  private boolean endsLine(int i) {
    int after = skipSpaceOnLine(i);
    int c = Bytes.at(in, after);
    return isEol(c) || c == '#';
  }

  private void assign(int nameStart, int nameEnd, int end, int from, int to, boolean escapes) {
    if (!Bytes.isUtf8(in, from, to)) {
      out.problem(
          nameStart,
          Severity.ERROR,
          "dotenv replaces bytes that are not UTF-8",
          "use --dialect pale");
      out.assign(nameStart, nameEnd, end, Reading.ERROR);
      return;
    }
    byte[] buffer = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      byte c = in[i];
      if (c == '\r') {
        // dotenv makes every CR LF and every CR a LF before it reads.
        c = '\n';
        if (i + 1 < to && in[i + 1] == '\n') {
          i++;
        }
      } else if (c == '\\' && escapes && i + 1 < to && (in[i + 1] == 'n' || in[i + 1] == 'r')) {
        i++;
        c = (byte) (in[i] == 'n' ? '\n' : '\r');
      }
      buffer[length++] = c;
    }
    byte[] value = Arrays.copyOf(buffer, length);
    Arrays.fill(buffer, (byte) 0);
    out.assign(nameStart, nameEnd, end, out.value(nameStart, nameEnd, value));
  }

  private static boolean isKey(int c) {
    return Bytes.isNamePart(c) || c == '.' || c == '-';
  }

  private static boolean isEol(int c) {
    return c == '\n' || c == '\r' || c == -1;
  }

  private int endOfLine(int i) {
    while (!isEol(Bytes.at(in, i))) {
      i++;
    }
    return i;
  }

  private int nextLine(int eol) {
    return Bytes.at(in, eol) == '\r' && Bytes.at(in, eol + 1) == '\n' ? eol + 2 : eol + 1;
  }

  private int skipSpace(int i) {
    int space = Bytes.unicodeSpace(in, i);
    while (space > 0) {
      i += space;
      space = Bytes.unicodeSpace(in, i);
    }
    return i;
  }

  private int skipSpaceOnLine(int i) {
    int space = isEol(Bytes.at(in, i)) ? 0 : Bytes.unicodeSpace(in, i);
    while (space > 0) {
      i += space;
      space = isEol(Bytes.at(in, i)) ? 0 : Bytes.unicodeSpace(in, i);
    }
    return i;
  }
}
