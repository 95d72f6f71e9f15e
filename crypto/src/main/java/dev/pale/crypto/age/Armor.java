package dev.pale.crypto.age;

import dev.pale.crypto.CryptoException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The text form of an age file: strict PEM (RFC 7468) with lines of 64 characters. White space is
 * allowed before and after, nothing else, and nothing within.
 */
final class Armor {
  private static final String BEGIN = "-----BEGIN AGE ENCRYPTED FILE-----";
  private static final String END = "-----END AGE ENCRYPTED FILE-----";
  private static final int COLUMNS = 64;

  private Armor() {}

  /** Whether the first thing that is not white space looks like the start of a text form. */
  static boolean isArmored(byte[] file) {
    int at = skipBlank(file, 0);
    byte[] dashes = "-----".getBytes(StandardCharsets.US_ASCII);
    return file.length - at >= dashes.length
        && java.util.Arrays.equals(file, at, at + dashes.length, dashes, 0, dashes.length);
  }

  static byte[] encode(byte[] file) {
    byte[] lines = Base64.getMimeEncoder(COLUMNS, new byte[] {'\n'}).encode(file);
    ByteArrayOutputStream out = new ByteArrayOutputStream(lines.length + 80);
    out.writeBytes((BEGIN + "\n").getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(lines);
    out.writeBytes(("\n" + END + "\n").getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  static byte[] decode(byte[] text) {
    int at = skipBlank(text, 0);
    int end = lineEnd(text, at);
    if (!line(text, at, end).equals(BEGIN)) {
      throw malformed();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length);
    boolean shortLine = false;
    while (true) {
      at = end + 1;
      if (at > text.length) {
        throw malformed();
      }
      end = lineEnd(text, at);
      String line = line(text, at, end);
      if (line.equals(END)) {
        break;
      }
      // Only the last line of the body may be short, and none may be empty.
      if (shortLine || line.isEmpty() || line.length() > COLUMNS || end == text.length) {
        throw malformed();
      }
      shortLine = line.length() < COLUMNS;
      byte[] bytes = decode(line);
      shortLine |= bytes.length < COLUMNS / 4 * 3;
      out.writeBytes(bytes);
    }
    if (skipBlank(text, Math.min(end, text.length)) < text.length) {
      throw malformed();
    }
    return out.toByteArray();
  }

  /** Padded and canonical. */
  private static byte[] decode(String line) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(line);
    } catch (IllegalArgumentException e) {
      throw malformed();
    }
    if (!Base64.getEncoder().encodeToString(bytes).equals(line)) {
      throw malformed();
    }
    return bytes;
  }

  private static int lineEnd(byte[] text, int from) {
    int at = from;
    while (at < text.length && text[at] != '\n') {
      at++;
    }
    return at;
  }

  /** Without its line end, which is LF or CR LF. */
  private static String line(byte[] text, int from, int end) {
    int to = end > from && end < text.length && text[end - 1] == '\r' ? end - 1 : end;
    return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static int skipBlank(byte[] text, int from) {
    int at = from;
    while (at < text.length
        && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n')) {
      at++;
    }
    return at;
  }

  private static CryptoException malformed() {
    return new CryptoException(
        CryptoException.Kind.FORMAT, "the text form (armor) of an age file is damaged");
  }
}
