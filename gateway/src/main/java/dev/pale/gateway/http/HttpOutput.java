package dev.pale.gateway.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One direction of a connection, written as HTTP/1.1 messages. What is written is collected and
 * leaves at {@link #flush}, or earlier when the buffer is full while a body is written: a small
 * message is one write to the connection.
 *
 * <p>Real values pass through the buffer, therefore its used part is overwritten with zeros after
 * each write, also after one that failed. {@link #discard} does the same without writing.
 *
 * <p>Does not: add fields, choose a framing, close the stream. Not thread-safe.
 *
 * <p>Sources: RFC 9110, RFC 9112.
 */
public final class HttpOutput {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private enum Body {
    NONE,
    COUNTED,
    CHUNKED,
    FREE
  }

  private final OutputStream out;
  private final int normalBytes;

  /** Seen by the tests: what was in it must not outlive it. */
  byte[] buf;

  private int used;
  private int fieldStart = -1;
  private int fieldValueStart;

  private Body body = Body.NONE;
  private boolean bodyComplete = true;
  private long left;

  /** Where the size of the chunk that is being collected will stand, or -1. */
  private int chunkStart = -1;

  private int chunkSizeDigits;

  /**
   * Writes to a stream, which stays the caller's to close.
   *
   * @param out unbuffered: every write to it is thought to be a system call
   * @param bufferBytes at least 64; grows for a larger head and shrinks again after it
   */
  public HttpOutput(OutputStream out, int bufferBytes) {
    this.out = out;
    this.normalBytes = Math.max(bufferBytes, 64);
    this.buf = new byte[normalBytes];
  }

  /**
   * Adds text as it is, one byte a character.
   *
   * @throws IllegalArgumentException for characters above U+00FF; the text, or the whole field that
   *     it is part of, is not added then
   */
  public HttpOutput ascii(String isoLatin1) {
    checkNoBody();
    int length = isoLatin1.length();
    room(length);
    byte[] target = buf;
    int at = used;
    int all = 0;
    for (int i = 0; i < length; i++) {
      char c = isoLatin1.charAt(i);
      all |= c;
      target[at + i] = (byte) c;
    }
    if (all > 0xff) {
      Arrays.fill(target, at, at + length, (byte) 0);
      if (fieldStart >= 0) {
        dropField();
      }
      throw new IllegalArgumentException("text that is not ISO-8859-1");
    }
    used = at + length;
    return this;
  }

  /** Adds bytes as they are. */
  public HttpOutput bytes(byte[] b, int off, int len) {
    checkNoBody();
    room(len);
    System.arraycopy(b, off, buf, used, len);
    used += len;
    return this;
  }

  /**
   * Adds a header field.
   *
   * @throws IllegalArgumentException when the name is no token, or the value holds CR, LF, NUL or
   *     characters above U+00FF; nothing of the field is added then
   */
  public HttpOutput field(String name, String value) {
    return beginField(name).ascii(value).endField();
  }

  /**
   * Begins a field whose value is written with {@link #bytes} and {@link #ascii}.
   *
   * @throws IllegalArgumentException when the name is no token
   */
  public HttpOutput beginField(String name) {
    if (fieldStart >= 0) {
      throw new IllegalStateException("a field is open");
    }
    boolean token = !name.isEmpty();
    for (int i = 0; i < name.length(); i++) {
      token &= Octets.isToken(name.charAt(i));
    }
    if (!token) {
      throw new IllegalArgumentException("a field name that is no token");
    }
    fieldStart = used;
    ascii(name).ascii(": ");
    fieldValueStart = used;
    return this;
  }

  /**
   * Ends the field.
   *
   * @throws IllegalArgumentException when its value holds CR, LF or NUL; the whole field is taken
   *     back and overwritten then
   */
  public HttpOutput endField() {
    if (fieldStart < 0) {
      throw new IllegalStateException("no field is open");
    }
    byte[] bytes = buf;
    for (int i = fieldValueStart; i < used; i++) {
      byte octet = bytes[i];
      if (octet == '\r' || octet == '\n' || octet == 0) {
        dropField();
        throw new IllegalArgumentException("a field value with CR, LF or NUL");
      }
    }
    fieldStart = -1;
    return lineEnd();
  }

  private void checkNoBody() {
    if (!bodyComplete) {
      throw new IllegalStateException("a body is open");
    }
  }

  private void dropField() {
    Arrays.fill(buf, fieldStart, used, (byte) 0);
    used = fieldStart;
    fieldStart = -1;
  }

  /** The empty line behind the fields. */
  public HttpOutput endHead() {
    if (fieldStart >= 0) {
      throw new IllegalStateException("a field is open");
    }
    return lineEnd();
  }

  private HttpOutput lineEnd() {
    room(2);
    buf[used++] = '\r';
    buf[used++] = '\n';
    return this;
  }

  /** Begins a body with this framing; the head must say the same. */
  public void beginBody(Framing framing) {
    checkNoBody();
    left = framing instanceof Framing.Length length ? length.bytes() : 0;
    body =
        switch (framing) {
          case Framing.None none -> Body.NONE;
          case Framing.Length length -> Body.COUNTED;
          case Framing.Chunked chunked -> Body.CHUNKED;
          case Framing.UntilClose untilClose -> Body.FREE;
        };
    bodyComplete = false;
  }

  /**
   * Writes a part of the body; leaves the buffer only when that is full.
   *
   * @throws IllegalStateException when no body is open, or it would become longer than announced;
   *     nothing of the part is written then
   */
  public void body(byte[] b, int off, int len) throws IOException {
    if (bodyComplete) {
      throw new IllegalStateException("no body is open");
    }
    if (body == Body.NONE ? len > 0 : body == Body.COUNTED && len > left) {
      throw new IllegalStateException("more body than the head announced");
    }
    left -= len;
    int from = off;
    int rest = len;
    while (rest > 0) {
      if (body == Body.CHUNKED && chunkStart < 0) {
        beginChunk(rest);
      }
      int room = buf.length - used - (body == Body.CHUNKED ? 2 : 0);
      int count = Math.min(room, rest);
      System.arraycopy(b, from, buf, used, count);
      used += count;
      from += count;
      rest -= count;
      if (rest > 0) {
        write();
        if (body != Body.CHUNKED && rest >= buf.length) {
          out.write(b, from, rest);
          return;
        }
      }
    }
  }

  /** Makes room for the size of a chunk that is at most as long as the buffer. */
  private void beginChunk(int wanted) throws IOException {
    int digits = digits(buf.length);
    // Size line, at least one byte, line end: else what is there leaves first.
    int least = digits + 2 + Math.min(wanted, 16) + 2;
    if (buf.length - used < least) {
      write();
    }
    chunkSizeDigits = digits;
    chunkStart = used;
    used += digits + 2;
  }

  /** Puts the size in front of the collected chunk and its line end behind. */
  private void endChunk() {
    if (chunkStart < 0) {
      return;
    }
    int dataStart = chunkStart + chunkSizeDigits + 2;
    int size = used - dataStart;
    int digits = digits(size);
    int gap = chunkSizeDigits - digits;
    if (gap > 0) {
      System.arraycopy(buf, dataStart, buf, dataStart - gap, size);
      Arrays.fill(buf, used - gap, used, (byte) 0);
      used -= gap;
    }
    for (int i = digits - 1, rest = size; i >= 0; i--, rest >>>= 4) {
      buf[chunkStart + i] = HEX[rest & 15];
    }
    buf[chunkStart + digits] = '\r';
    buf[chunkStart + digits + 1] = '\n';
    chunkStart = -1;
    lineEnd();
  }

  private static int digits(int size) {
    return Math.max(1, (35 - Integer.numberOfLeadingZeros(size)) / 4);
  }

  /**
   * Ends the body; does not flush.
   *
   * @throws IllegalStateException when the head announced more
   */
  public void endBody() throws IOException {
    if (bodyComplete) {
      throw new IllegalStateException("no body is open");
    }
    if (body == Body.COUNTED && left > 0) {
      throw new IllegalStateException("less body than the head announced");
    }
    bodyComplete = true;
    if (body == Body.CHUNKED) {
      endChunk();
      ascii("0\r\n\r\n");
    }
  }

  /** Whether no body is open: the message is whole, and another may follow. */
  public boolean bodyComplete() {
    return bodyComplete;
  }

  /** Sends what was collected, in one write, and overwrites it. */
  public void flush() throws IOException {
    write();
    out.flush();
  }

  /** Overwrites what was collected without sending it. */
  public void discard() {
    wipe();
    fieldStart = -1;
    chunkStart = -1;
  }

  private void write() throws IOException {
    if (fieldStart >= 0) {
      throw new IllegalStateException("a field is open");
    }
    endChunk();
    if (used == 0) {
      return;
    }
    try {
      out.write(buf, 0, used);
    } finally {
      wipe();
    }
  }

  private void wipe() {
    Arrays.fill(buf, 0, used, (byte) 0);
    used = 0;
    if (buf.length > normalBytes) {
      buf = new byte[normalBytes];
    }
  }

  private void room(int count) {
    if (buf.length - used < count) {
      int wanted = Math.max(Math.addExact(used, count), (int) Math.min(buf.length * 2L, 1 << 30));
      byte[] larger = Arrays.copyOf(buf, wanted);
      Arrays.fill(buf, 0, used, (byte) 0);
      buf = larger;
    }
  }
}
