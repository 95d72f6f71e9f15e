package dev.pale.crypto.age;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;

/**
 * Reads the text form line by line, in constant memory. The end of this stream is told only after
 * the last line and what follows it were checked, so that a payload's last chunk is not given out
 * before.
 */
final class ArmorInput extends InputStream {
  private final InputStream in;
  private final byte[] text = new byte[16 * 1024];
  private int textAt;
  private int textEnd;

  /** One line: 64 characters, and room to notice that it is longer. */
  private final byte[] line = new byte[Armor.COLUMNS + 2];

  private byte[] bytes = new byte[0];
  private int at;
  private boolean started;
  private boolean shortLine;
  private boolean finished;

  ArmorInput(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    return ready() ? bytes[at++] & 255 : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    java.util.Objects.checkFromIndexSize(offset, length, into.length);
    int done = 0;
    while (done < length && ready()) {
      int count = Math.min(length - done, bytes.length - at);
      System.arraycopy(bytes, at, into, offset + done, count);
      at += count;
      done += count;
    }
    return done == 0 && length > 0 ? -1 : done;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private boolean ready() throws IOException {
    while (at == bytes.length && !finished) {
      if (!started) {
        begin();
        started = true;
      }
      nextLine();
    }
    return at < bytes.length;
  }

  private void begin() throws IOException {
    int blank = 0;
    int next = next();
    while (Armor.isBlank(next) && blank++ < Armor.MAX_BLANK) {
      next = next();
    }
    textAt -= next < 0 ? 0 : 1;
    if (!is(readLine(), Armor.BEGIN)) {
      throw Armor.malformed();
    }
  }

  private void nextLine() throws IOException {
    int length = readLine();
    if (is(length, Armor.END)) {
      end();
      return;
    }
    // Only the last line of the body may be short, and none may be empty.
    if (shortLine || length == 0 || length > Armor.COLUMNS) {
      throw Armor.malformed();
    }
    byte[] exact = length == line.length ? line : Arrays.copyOf(line, length);
    try {
      bytes = Base64.getDecoder().decode(exact);
    } catch (IllegalArgumentException e) {
      throw Armor.malformed();
    }
    at = 0;
    shortLine = bytes.length < Armor.LINE_BYTES;
    // A full line has one text only; at the end the JDK's decoder is lenient.
    if (shortLine && !Arrays.equals(Base64.getEncoder().encode(bytes), exact)) {
      throw Armor.malformed();
    }
  }

  private void end() throws IOException {
    int blank = 0;
    for (int next = next(); next >= 0; next = next()) {
      if (!Armor.isBlank(next) || blank++ > Armor.MAX_BLANK) {
        throw Armor.malformed();
      }
    }
    finished = true;
    bytes = new byte[0];
    at = 0;
  }

  /**
   * One line into {@link #line}, without its end, which is LF or CR LF; how long it is. What is
   * longer than a line of the body is refused. The end of the file ends a line only after {@code
   * END}, which {@link #is} checks.
   */
  private int readLine() throws IOException {
    int length = 0;
    for (int next = next(); next != '\n'; next = next()) {
      if (next < 0) {
        if (is(length, Armor.END)) {
          return length;
        }
        throw Armor.malformed();
      }
      if (length == line.length) {
        throw Armor.malformed();
      }
      line[length++] = (byte) next;
    }
    return length > 0 && line[length - 1] == '\r' ? length - 1 : length;
  }

  private boolean is(int length, byte[] expected) {
    return length == expected.length && Arrays.equals(line, 0, length, expected, 0, length);
  }

  private int next() throws IOException {
    if (textAt == textEnd) {
      int count = in.read(text, 0, text.length);
      if (count < 0) {
        return -1;
      }
      textAt = 0;
      textEnd = count;
    }
    return text[textAt++] & 255;
  }
}
