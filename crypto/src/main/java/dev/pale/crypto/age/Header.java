package dev.pale.crypto.age;

import dev.pale.crypto.AuthenticationException;
import dev.pale.crypto.CryptoException;
import dev.pale.crypto.Hkdf;
import dev.pale.crypto.Mac256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The header of an age file: the version line, the stanzas, and a MAC under the file key.
 *
 * <p>Reading is strict: there is exactly one way to write a header, and anything else is refused.
 */
final class Header {
  private static final String VERSION = "age-encryption.org/v1";
  private static final String PREFIX = "age-encryption.org/";
  private static final int BODY_COLUMNS = 64;

  /** Room for thousands of recipients; a header is held in memory before anything is verified. */
  private static final int MAX_BYTES = 4 * 1024 * 1024;

  private final List<Stanza> stanzas;

  /** What the MAC covers: everything up to and including the three dashes. */
  private final byte[] covered;

  private final byte[] mac;

  private Header(List<Stanza> stanzas, byte[] covered, byte[] mac) {
    this.stanzas = stanzas;
    this.covered = covered;
    this.mac = mac;
  }

  /** A new header with its MAC. */
  static Header of(List<Stanza> stanzas, byte[] fileKey) {
    StringBuilder text = new StringBuilder(VERSION).append('\n');
    for (Stanza stanza : stanzas) {
      append(text, stanza);
    }
    byte[] covered = text.append("---").toString().getBytes(StandardCharsets.US_ASCII);
    return new Header(List.copyOf(stanzas), covered, mac(fileKey, covered));
  }

  /** A stanza as the file, and a plugin, has it. */
  static void append(StringBuilder text, Stanza stanza) {
    text.append("-> ").append(stanza.type());
    for (String argument : stanza.arguments()) {
      text.append(' ').append(argument);
    }
    text.append('\n');
    String body = Encoding.encode(stanza.body());
    // The last line is shorter than the others, even if that makes it empty.
    for (int at = 0; at <= body.length(); at += BODY_COLUMNS) {
      text.append(body, at, Math.min(at + BODY_COLUMNS, body.length())).append('\n');
    }
  }

  /** Reads a header and leaves the stream at the first byte of the payload. */
  static Header read(InputStream in) throws IOException {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    String version = line(in, raw);
    if (!version.equals(VERSION)) {
      if (version.startsWith(PREFIX)) {
        throw new CryptoException(
            CryptoException.Kind.UNSUPPORTED, "an age file of another version than 1");
      }
      throw Encoding.malformed("it does not start like one");
    }
    List<Stanza> stanzas = new ArrayList<>();
    while (true) {
      int before = raw.size();
      String line = line(in, raw);
      if (line.startsWith("---")) {
        if (stanzas.isEmpty()) {
          throw Encoding.malformed("it has no recipient");
        }
        if (!line.startsWith("--- ")) {
          throw Encoding.malformed("the end of the header is damaged");
        }
        byte[] mac = Encoding.decode(line.substring(4));
        if (mac.length != Mac256.BYTES) {
          throw Encoding.malformed("the end of the header is damaged");
        }
        byte[] covered = new byte[before + 3];
        System.arraycopy(raw.toByteArray(), 0, covered, 0, covered.length);
        return new Header(List.copyOf(stanzas), covered, mac);
      }
      if (!line.startsWith("-> ")) {
        throw Encoding.malformed("a recipient does not start with an arrow");
      }
      stanzas.add(stanza(line, in, raw));
    }
  }

  /** The stanza that starts with this line; its body is read from the stream. */
  static Stanza stanza(String line, InputStream in, ByteArrayOutputStream raw) throws IOException {
    List<String> words = new ArrayList<>();
    int from = 3;
    while (from <= line.length()) {
      int to = line.indexOf(' ', from);
      if (to < 0) {
        to = line.length();
      }
      if (to == from) {
        throw Encoding.malformed("a recipient has an empty argument");
      }
      words.add(line.substring(from, to));
      from = to + 1;
    }
    for (String word : words) {
      for (int i = 0; i < word.length(); i++) {
        if (word.charAt(i) < '!' || word.charAt(i) > '~') {
          throw Encoding.malformed("a recipient has a character that is not allowed");
        }
      }
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    String bodyLine;
    do {
      bodyLine = line(in, raw);
      if (bodyLine.length() > BODY_COLUMNS) {
        throw Encoding.malformed("a line is too long");
      }
      body.writeBytes(Encoding.decode(bodyLine));
    } while (bodyLine.length() == BODY_COLUMNS);
    return new Stanza(words.getFirst(), words.subList(1, words.size()), body.toByteArray());
  }

  /** One line without its end. Bytes become chars one to one, so that no byte is lost or merged. */
  static String line(InputStream in, ByteArrayOutputStream raw) throws IOException {
    boolean first = raw.size() == 0;
    StringBuilder line = new StringBuilder();
    while (true) {
      int next = in.read();
      if (next < 0) {
        throw Encoding.malformed("it ends within its header");
      }
      raw.write(next);
      if (next == '\n') {
        return line.toString();
      }
      line.append((char) next);
      // An early end for files that are something else altogether.
      if (first && line.length() > VERSION.length()) {
        throw Encoding.malformed("it does not start like one");
      }
      if (raw.size() > MAX_BYTES) {
        throw new CryptoException(
            CryptoException.Kind.LIMIT, "the header of an age file is larger than 4 MiB");
      }
    }
  }

  List<Stanza> stanzas() {
    return stanzas;
  }

  /** The bytes of the whole header, with the last line's end. */
  byte[] encoded() {
    byte[] last = (" " + Encoding.encode(mac) + "\n").getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[covered.length + last.length];
    System.arraycopy(covered, 0, all, 0, covered.length);
    System.arraycopy(last, 0, all, covered.length, last.length);
    return all;
  }

  /** Refuses a header that was not made with this file key, or was changed since. */
  void verify(byte[] fileKey) {
    byte[] expected = mac(fileKey, covered);
    if (!java.security.MessageDigest.isEqual(expected, mac)) {
      throw new AuthenticationException("the header of an age file cannot be authenticated");
    }
  }

  private static byte[] mac(byte[] fileKey, byte[] covered) {
    return Mac256.of(Hkdf.derive(fileKey, "header"), covered);
  }
}
