package dev.pale.formats.template;

import dev.pale.formats.template.Template.Piece;
import dev.pale.secrets.PaleException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** One pass over a template's bytes. */
final class TemplateParser {
  private static final int MAX_UNKNOWN = 100;
  private static final int MAX_SCHEME = 64;

  /** Longer than any reference, shorter than what would make many open braces slow. */
  private static final int MAX_ENCLOSED = 8192;

  private final byte[] in;
  private final String source;
  private final Predicate<String> known;
  final List<Piece> pieces = new ArrayList<>();
  final List<Slot> slots = new ArrayList<>();
  final List<Slot> unknown = new ArrayList<>();

  /** Up to here everything is in pieces. */
  private int done;

  /** Where lines were last counted to. */
  private int counted;

  private int line = 1;
  private int column = 1;

  TemplateParser(byte[] in, String source, Predicate<String> known) {
    this.in = in;
    this.source = source;
    this.known = known;
  }

  void parse() {
    int i = 0;
    while (i < in.length) {
      if (in[i] == '{' && at(i + 1) == '{') {
        i = Math.max(i + 1, braces(i));
      } else if (in[i] == ':' && at(i + 1) == '/' && at(i + 2) == '/') {
        i = Math.max(i + 3, bare(i));
      } else {
        i++;
      }
    }
    range(in.length);
  }

  /** Reads what two braces open; the end of it, or 0 when it is nobody's. */
  private int braces(int open) {
    int from = skipBlanks(open + 2);
    if (at(from) == '"') {
      return literal(open, from + 1);
    }
    int sign = from;
    while (sign - from <= MAX_SCHEME && isSchemeByte(at(sign))) {
      sign++;
    }
    boolean reference =
        sign > from
            && isLower(at(from))
            && at(sign) == ':'
            && at(sign + 1) == '/'
            && at(sign + 2) == '/';
    if (!reference) {
      return 0;
    }
    int end = sign + 3;
    boolean variable = false;
    while (true) {
      int c = at(end);
      if ((c < ' ' && c != '\t')
          || c == 0x7f
          || end - from > MAX_ENCLOSED
          || (c == '{' && at(end + 1) == '{')) {
        throw malformed(open, "the reference is not closed by }} on its line");
      }
      if (variable && c == '}') {
        variable = false;
      } else if (c == '$' && at(end + 1) == '{') {
        variable = true;
        end++;
      } else if (c == '}' && at(end + 1) == '}') {
        break;
      }
      end++;
    }
    int last = end;
    while (at(last - 1) == ' ' || at(last - 1) == '\t') {
      last--;
    }
    if (last <= sign + 3) {
      throw malformed(open, "the reference names nothing");
    }
    range(open);
    slot(slots, open, from, last);
    pieces.add(new Piece.Value(slots.size() - 1));
    done = end + 2;
    return done;
  }

  /** <code>{{ "text" }}</code>, from behind the quote. */
  private int literal(int open, int from) {
    StringBuilder text = new StringBuilder();
    int i = from;
    while (at(i) != '"') {
      int c = at(i);
      if (c == '\\' && (at(i + 1) == '"' || at(i + 1) == '\\')) {
        i++;
        c = at(i);
      } else if (c < 0 || c == '\n' || c == '\\' || i - from > MAX_ENCLOSED) {
        return 0;
      }
      text.append((char) c);
      i++;
    }
    i = skipBlanks(i + 1);
    if (at(i) != '}' || at(i + 1) != '}') {
      return 0;
    }
    range(open);
    pieces.add(new Piece.Literal(text.toString()));
    done = i + 2;
    return done;
  }

  /** Reads a bare reference whose {@code ://} is here; its end, or 0 when it is none. */
  private int bare(int sign) {
    int from = sign;
    while (from > done && sign - from <= MAX_SCHEME && isSchemeByte(at(from - 1))) {
      from--;
    }
    int before = from > done ? at(from - 1) : -1;
    boolean follows =
        from == sign || !isLower(at(from)) || (before >= 'A' && before <= 'Z') || before == '\\';
    int end = follows ? sign + 3 : bareEnd(sign + 3);
    if (follows || end == sign + 3) {
      return 0;
    }
    String scheme = new String(in, from, sign - from, StandardCharsets.US_ASCII);
    if (!known.test(scheme)) {
      if (unknown.size() < MAX_UNKNOWN) {
        slot(unknown, from, from, sign + 3);
      }
      return 0;
    }
    range(from);
    slot(slots, from, from, end);
    pieces.add(new Piece.Value(slots.size() - 1));
    done = end;
    return end;
  }

  private int bareEnd(int from) {
    int i = from;
    while (true) {
      int c = at(i);
      if (c == '$') {
        int variable = Variables.end(in, i);
        if (variable == i) {
          return i;
        }
        i = variable;
      } else if (isWord(c) || c == '-' || c == '.' || c == '/' || c == '?' || c == '='
          || c == '&') {
        i++;
      } else if (c == '#' && (isWord(at(i + 1)) || at(i + 1) == '$')) {
        i++;
      } else {
        return i;
      }
    }
  }

  private void slot(List<Slot> to, int at, int from, int end) {
    if (slots.size() >= Template.MAX_REFERENCES) {
      throw PaleException.of(
          655,
          source + " has more than " + Template.MAX_REFERENCES + " references",
          "",
          "split it");
    }
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(in, from, end - from))
              .toString();
    } catch (CharacterCodingException e) {
      throw malformed(at, "the reference is no UTF-8");
    }
    count(at);
    to.add(new Slot(text, line, column));
  }

  private void range(int to) {
    if (to > done) {
      pieces.add(new Piece.Range(done, to));
    }
    done = to;
  }

  private PaleException malformed(int at, String why) {
    count(at);
    return PaleException.of(
        651,
        source + ":" + line + ":" + column + ": not a reference",
        why,
        "write {{ scheme://path }}, or {{ \"{{\" }} for two braces that stay");
  }

  /** Counts lines and characters up to a position; positions only grow. */
  private void count(int to) {
    for (; counted < to; counted++) {
      if (in[counted] == '\n') {
        line++;
        column = 1;
      } else if ((in[counted] & 0xc0) != 0x80) {
        column++;
      }
    }
  }

  private int skipBlanks(int i) {
    int at = i;
    while (at(at) == ' ' || at(at) == '\t') {
      at++;
    }
    return at;
  }

  /** The byte at a position, 0 to 255; -1 outside. */
  private int at(int i) {
    return i >= 0 && i < in.length ? in[i] & 0xff : -1;
  }

  private static boolean isLower(int c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean isSchemeByte(int c) {
    return isLower(c) || (c >= '0' && c <= '9') || c == '+' || c == '.' || c == '-';
  }

  private static boolean isWord(int c) {
    return isLower(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }
}
