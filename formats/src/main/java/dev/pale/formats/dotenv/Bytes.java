package dev.pale.formats.dotenv;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What all dialects ask of the bytes of a file. */
final class Bytes {
  private Bytes() {}

  /** The byte as a number from 0, or -1 past the end. */
  static int at(byte[] bytes, int i) {
    return i < bytes.length ? bytes[i] & 0xff : -1;
  }

  /** The offset after a byte order mark, if there is one. */
  static int start(byte[] bytes) {
    return at(bytes, 0) == 0xef && at(bytes, 1) == 0xbb && at(bytes, 2) == 0xbf ? 3 : 0;
  }

  static boolean isBlank(int c) {
    return c == ' ' || c == '\t';
  }

  static int skipBlanks(byte[] bytes, int i) {
    while (isBlank(at(bytes, i))) {
      i++;
    }
    return i;
  }

  /** Whether a line ends here: LF, CR LF, or a CR or nothing at the end of the file. */
  static boolean isEndOfLine(byte[] bytes, int i) {
    int c = at(bytes, i);
    if (c == '\r') {
      int next = at(bytes, i + 1);
      return next == '\n' || next == -1;
    }
    return c == '\n' || c == -1;
  }

  /** Where the line that holds {@code i} ends: at its LF, or at the end of the file. */
  static int lineFeed(byte[] bytes, int i) {
    while (i < bytes.length && bytes[i] != '\n') {
      i++;
    }
    return i;
  }

  static boolean isNameStart(int c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  }

  static boolean isNamePart(int c) {
    return isNameStart(c) || (c >= '0' && c <= '9');
  }

  static boolean startsWith(byte[] bytes, int i, String ascii) {
    if (i + ascii.length() > bytes.length) {
      return false;
    }
    for (int k = 0; k < ascii.length(); k++) {
      if (bytes[i + k] != ascii.charAt(k)) {
        return false;
      }
    }
    return true;
  }

  static boolean contains(byte[] bytes, int from, int to, byte wanted) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == wanted) {
        return true;
      }
    }
    return false;
  }

  /**
   * The length of the white space at {@code i} as JavaScript's {@code \s} and (nearly the same)
   * Go's {@code unicode.IsSpace} know it; 0 for anything else.
   */
  static int unicodeSpace(byte[] bytes, int i) {
    int c = at(bytes, i);
    if (c == ' ' || (c >= 9 && c <= 13)) {
      return 1;
    }
    int second = at(bytes, i + 1);
    if (c == 0xc2) {
      return second == 0xa0 ? 2 : 0;
    }
    int third = at(bytes, i + 2);
    boolean space =
        (c == 0xe1 && second == 0x9a && third == 0x80)
            || (c == 0xe2
                && second == 0x80
                && ((third >= 0x80 && third <= 0x8a)
                    || (third >= 0xa8 && third <= 0xaf) && (third <= 0xa9 || third == 0xaf)))
            || (c == 0xe2 && second == 0x81 && third == 0x9f)
            || (c == 0xe3 && second == 0x80 && third == 0x80)
            || (c == 0xef && second == 0xbb && third == 0xbf);
    return space ? 3 : 0;
  }

  /** The end of the text before {@code to} without the white space there. */
  static int trimmedEnd(byte[] bytes, int from, int to) {
    while (to > from) {
      if (unicodeSpace(bytes, to - 1) == 1) {
        to--;
      } else if (to - 2 >= from && unicodeSpace(bytes, to - 2) == 2) {
        to -= 2;
      } else if (to - 3 >= from && unicodeSpace(bytes, to - 3) == 3) {
        to -= 3;
      } else {
        return to;
      }
    }
    return to;
  }

  /** Whether the bytes are UTF-8; keeps none of them. */
  static boolean isUtf8(byte[] bytes, int from, int to) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
    CharBuffer out = CharBuffer.allocate(Math.max(2, Math.min(to - from, 1024)));
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      Arrays.fill(out.array(), '\0');
      out.clear();
      if (result.isError()) {
        return false;
      }
      if (result.isUnderflow()) {
        return true;
      }
    }
  }
}
