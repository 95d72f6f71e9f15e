package dev.pale.gateway.policy;

import dev.pale.gateway.refusal.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a path can mean to the server that gets it. Servers differ: some decode {@code %2F} before
 * they split, some after; some decode twice; some cut {@code ;parameters} off, some collapse {@code
 * //}. A rule is asked about each reading.
 *
 * <p>A reading is text, one character a byte, without any encoding: {@code /} is a border of
 * segments, {@link #OPAQUE_SLASH} a slash inside one.
 *
 * <p>A path is refused outright when a reading of it holds a segment of dots: it climbs, and no
 * honest client sends it, because URL parsers take such segments out (RFC 3986, section 5.2.4;
 * WHATWG URL).
 *
 * <p>Not provided: readings that take other letters for ASCII ones (full-width forms, best fit of
 * code pages), and suffixes that a framework drops ({@code /admin.json}).
 */
final class PathReadings {
  /** A slash that came encoded, read as part of its segment. No byte has this number. */
  static final char OPAQUE_SLASH = '\u2044';

  private static final String MEND =
      "send a path without dot segments, backslashes, control characters and doubled encodings,"
          + " and a percent sign as %25";

  private static final String LOOSE_PERCENT =
      "a percent sign in the path is not followed by two hexadecimal digits";

  private static final int MOST_DECODINGS = 2;

  /** Honest paths have up to a dozen. */
  private static final int MOST_TEXTS = 200;

  private final List<String> texts = new ArrayList<>();
  private final List<Integer> decodingsOf = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();

  private PathReadings() {}

  /**
   * All readings, without repetition; the first is the one of RFC 3986 with opaque slashes.
   *
   * @param path as it is sent, without a query
   * @throws Refusal 400 {@code ambiguous-path}
   */
  static List<String> of(String path) {
    return isPlain(path) ? List.of(path) : all(path);
  }

  /** Whether there is one reading only: the path itself. */
  private static boolean isPlain(String path) {
    if (path.isEmpty() || path.charAt(0) != '/') {
      return false;
    }
    char before = 0;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      boolean odd =
          c <= ' ' || c >= 0x7f || c == '%' || c == ';' || c == '\\' || c == '#' || c == '?';
      boolean doubled = before == '/' && (c == '/' || c == '.');
      boolean trailing = before == '.' && c == '/';
      if (odd || doubled || trailing) {
        return false;
      }
      before = c;
    }
    return before != '.';
  }

  private static List<String> all(String path) {
    if (path.isEmpty() || path.charAt(0) != '/') {
      throw ambiguous("the path does not start with a slash");
    }
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '\\' || c == '#' || c == '?') {
        throw ambiguous("the path holds a character that has to be encoded");
      }
      if (c == '%' && octet(path, i) < 0) {
        throw ambiguous(LOOSE_PERCENT);
      }
    }
    return new PathReadings().closure(path);
  }

  /** Each thing that a server may do, done to each text that comes of it, in any order. */
  private List<String> closure(String path) {
    add(path, 0);
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      int decodings = decodingsOf.get(i);
      refuseDots(text);
      if (isEncoded(text)) {
        if (decodings == MOST_DECODINGS) {
          throw ambiguous("the path is encoded more than twice");
        }
        add(decode(text, decodings, false), decodings + 1);
        add(decode(text, decodings, true), decodings + 1);
      }
      if (decodings > 0) {
        add(cut(text), decodings);
      }
      add(withoutParameters(text), decodings);
      add(collapsed(text), decodings);
      add(withoutHost(text), decodings);
      add(trimmed(text), decodings);
    }
    List<String> readings = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      // A text that is still to be decoded for the first time is what nobody serves.
      if (decodingsOf.get(i) > 0 || !isEncoded(texts.get(i))) {
        readings.add(texts.get(i));
      }
    }
    return readings;
  }

  private void add(String text, int decodings) {
    if (!seen.add(text)) {
      return;
    }
    if (texts.size() == MOST_TEXTS) {
      throw ambiguous("the path can be read in too many ways");
    }
    texts.add(text);
    decodingsOf.add(decodings);
  }

  private static String decode(String text, int decodings, boolean slashes) {
    return decodings == 0 ? decode(text, slashes) : decodeLoosely(text, slashes);
  }

  private static boolean isEncoded(String text) {
    for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) {
      if (octet(text, at) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** The byte that three characters stand for; -1 when they stand for none. */
  private static int octet(String text, int at) {
    if (at + 2 >= text.length()) {
      return -1;
    }
    int high = hex(text.charAt(at + 1));
    int low = hex(text.charAt(at + 2));
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  private static int hex(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int letter = c | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
  }

  /**
   * Decodes what a client sent.
   *
   * @param slashes whether an encoded slash is a border of segments
   * @throws Refusal 400 {@code ambiguous-path} for a percent sign without two hexadecimal digits,
   *     an encoded control character or backslash, and UTF-8 that is longer than it need be
   */
  static String decode(String text, boolean slashes) {
    for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) {
      if (octet(text, at) < 0) {
        throw ambiguous(LOOSE_PERCENT);
      }
    }
    return decodeLoosely(text, slashes);
  }

  /** After the first decoding {@code 100%} is a text like any other. */
  private static String decodeLoosely(String text, boolean slashes) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int octet = c == '%' ? octet(text, i) : -1;
      if (octet >= 0) {
        i += 2;
        c = octet == '/' && !slashes ? OPAQUE_SLASH : (char) octet;
      }
      if (c < ' ' || c == 0x7f) {
        throw ambiguous("the path holds an encoded control character");
      }
      if (c == '\\') {
        throw ambiguous("the path holds an encoded backslash");
      }
      out.append(c);
    }
    String decoded = out.toString();
    refuseOverlong(decoded);
    return decoded;
  }

  /** UTF-8 that spells an ASCII character with two or more bytes: {@code %C0%AE} for a dot. */
  private static void refuseOverlong(String text) {
    for (int i = 0; i + 1 < text.length(); i++) {
      int lead = text.charAt(i);
      int next = text.charAt(i + 1);
      boolean overlong =
          lead == 0xc0
              || lead == 0xc1
              || (lead == 0xe0 && next < 0xa0)
              || (lead == 0xf0 && next < 0x90);
      if (overlong && next >= 0x80 && next < 0xc0) {
        throw ambiguous("the path holds UTF-8 that is longer than it need be");
      }
    }
  }

  /** As servlet containers do: in each segment, what follows a semicolon is no part of the name. */
  private static String withoutParameters(String text) {
    if (text.indexOf(';') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    boolean parameters = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      parameters = c == ';' || (parameters && c != '/');
      if (!parameters) {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** Who decodes and then parses again takes an encoded question mark for the start of a query. */
  private static String cut(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '?' || text.charAt(i) == '#') {
        return text.substring(0, i);
      }
    }
    return text;
  }

  private static String collapsed(String text) {
    if (text.indexOf("//") < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (i == 0 || text.charAt(i) != '/' || text.charAt(i - 1) != '/') {
        out.append(text.charAt(i));
      }
    }
    return out.toString();
  }

  /** Who resolves the target as a URL reference takes what follows two slashes for a host. */
  private static String withoutHost(String text) {
    if (!text.startsWith("//")) {
      return text;
    }
    int path = text.indexOf('/', 2);
    return path < 0 ? "/" : text.substring(path);
  }

  /** File systems of Windows ignore dots and blanks at the end of a name. */
  private static String trimmed(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || text.charAt(i) == '/') {
        while (!out.isEmpty() && isDotOrBlank(out.charAt(out.length() - 1))) {
          out.setLength(out.length() - 1);
        }
      }
      if (i < text.length()) {
        out.append(text.charAt(i));
      }
    }
    return out.toString();
  }

  private static void refuseDots(String reading) {
    int from = 1;
    while (from <= reading.length()) {
      int slash = reading.indexOf('/', from);
      int to = slash < 0 ? reading.length() : slash;
      if (isDots(reading, from, to)) {
        throw ambiguous("the path holds a segment of dots");
      }
      from = to + 1;
    }
  }

  /** Whether there is at least one dot, and nothing but dots and blanks. */
  static boolean isDots(String text, int from, int to) {
    boolean dot = false;
    for (int i = from; i < to; i++) {
      if (!isDotOrBlank(text.charAt(i))) {
        return false;
      }
      dot |= text.charAt(i) == '.';
    }
    return dot;
  }

  private static boolean isDotOrBlank(char c) {
    return c == '.' || c == ' ';
  }

  private static Refusal ambiguous(String why) {
    return Refusal.of(400, "ambiguous-path", why, MEND);
  }
}
