package dev.pale.gateway.http;

import dev.pale.gateway.refusal.Refusal;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A body in chunks (RFC 9112, section 7.1). Extensions are checked and dropped; trailers are read
 * within the limits of a head.
 */
final class ChunkedBody implements BodyReader {
  private static final int MAX_SIZE_DIGITS = 16;
  private static final int MAX_EXTENSION_BYTES = 256;
  private static final int MAX_LINE = MAX_SIZE_DIGITS + MAX_EXTENSION_BYTES + 2;

  private enum State {
    SIZE,
    DATA,
    DATA_END,
    ENDED
  }

  private final ByteSource source;
  private final FieldSection fields;
  private final Speaker speaker;
  private final Limits limits;
  private State state = State.SIZE;
  private long left;
  private int extensionBytes;
  private Headers trailers = new Headers();
  private @Nullable Refusal delayed;

  ChunkedBody(ByteSource source, FieldSection fields, Speaker speaker, Limits limits) {
    this.source = source;
    this.fields = fields;
    this.speaker = speaker;
    this.limits = limits;
  }

  @Override
  public int read(byte[] buf, int off, int len) throws IOException {
    if (delayed != null) {
      throw delayed;
    }
    if (len == 0) {
      return state == State.ENDED ? -1 : 0;
    }
    int count = 0;
    while (state != State.ENDED) {
      if (state == State.DATA) {
        if (count == len || (count > 0 && source.buffered() == 0)) {
          return count;
        }
        count += data(buf, off + count, len - count);
      } else if (count == 0) {
        advance();
      } else if (!advanceBuffered()) {
        return count;
      }
    }
    return count > 0 ? count : -1;
  }

  private int data(byte[] buf, int off, int len) throws IOException {
    int want = (int) Math.min(len, left);
    // A large chunk goes straight to the caller; a small one is read together with what follows.
    if (source.buffered() == 0 && left < source.buf.length && !source.fill()) {
      throw cut();
    }
    int count = source.read(buf, off, want);
    if (count < 0) {
      throw cut();
    }
    left -= count;
    if (left == 0) {
      state = State.DATA_END;
    }
    return count;
  }

  private static EOFException cut() {
    return new EOFException("the connection ended before the last chunk");
  }

  /** One step over framing, without waiting; what is malformed is told at the next read. */
  private boolean advanceBuffered() throws IOException {
    boolean whole =
        state == State.DATA_END
            ? source.buffered() >= 2
            : source.lineEndBuffered(MAX_LINE) >= 0 && !isLast();
    if (!whole) {
      return false;
    }
    try {
      advance();
      return true;
    } catch (Refusal refusal) {
      delayed = refusal;
      return false;
    }
  }

  /**
   * Whether the buffered size line may be the last chunk's, behind which trailers would have to be
   * waited for; unless the body ends right there.
   */
  private boolean isLast() {
    byte[] buf = source.buf;
    int at = source.pos;
    boolean end =
        source.buffered() >= 5
            && buf[at] == '0'
            && buf[at + 1] == '\r'
            && buf[at + 2] == '\n'
            && buf[at + 3] == '\r'
            && buf[at + 4] == '\n';
    return buf[at] == '0' && !end;
  }

  private void advance() throws IOException {
    if (state == State.DATA_END) {
      int lf = source.lineEnd(2);
      if (lf != source.pos + 1 || source.buf[source.pos] != '\r') {
        throw speaker.malformed("missing-chunk-end", "a chunk's data is not followed by CR LF");
      }
      source.pos = lf + 1;
      state = State.SIZE;
      return;
    }
    int lf = source.lineEnd(MAX_LINE);
    size(source.pos, lf < 0 ? source.pos + MAX_LINE : lf, lf < 0);
    source.pos = lf + 1;
    if (left > 0) {
      state = State.DATA;
      return;
    }
    Headers read = fields.read(speaker, limits, 0);
    if (fields.hosts + fields.lengths + fields.codings > 0) {
      throw speaker.malformed(
          "forbidden-trailer", "a trailer that would change where the message ends or goes");
    }
    trailers = read;
    state = State.ENDED;
  }

  private void size(int from, int lf, boolean unended) {
    byte[] buf = source.buf;
    long value = 0;
    int at = from;
    for (int digit; at < lf && (digit = Octets.hex(buf[at])) >= 0; at++) {
      if (at - from == MAX_SIZE_DIGITS || value > Long.MAX_VALUE >> 4) {
        throw speaker.malformed("chunk-too-large", "a chunk size that no count of bytes can reach");
      }
      value = (value << 4) | digit;
    }
    if (at == from) {
      throw buf[at] == '\r' && at + 1 == lf
          ? speaker.malformed("bad-chunk-size", "an empty line instead of a chunk size")
          : speaker.odd(buf[at], "bad-chunk-size", "a chunk size that is no hexadecimal number");
    }
    if (buf[at] == ';') {
      at = extension(at, lf, unended);
    }
    if (at == lf) {
      throw unended ? tooLong() : speaker.odd((byte) '\n', "", "");
    }
    if (buf[at] != '\r' || at + 1 != lf) {
      throw speaker.odd(buf[at], "bad-chunk-size", "a chunk size that is no hexadecimal number");
    }
    left = value;
  }

  private int extension(int from, int lf, boolean unended) {
    int at = from;
    while (at < lf && Octets.isValue(source.buf[at])) {
      at++;
    }
    extensionBytes += at - from;
    if (at - from > MAX_EXTENSION_BYTES || (unended && at == lf)) {
      throw tooLong();
    }
    if (extensionBytes > limits.headBytes()) {
      throw speaker.malformed(
          "chunk-extensions-too-large", "the chunk extensions are larger than the limit");
    }
    return at;
  }

  private Refusal tooLong() {
    return speaker.malformed(
        "chunk-extension-too-long", "a chunk extension is longer than 256 bytes");
  }

  @Override
  public boolean ended() {
    return state == State.ENDED;
  }

  @Override
  public Headers trailers() {
    return trailers;
  }

  @Override
  public int available() {
    return state == State.DATA ? (int) Math.min(source.buffered(), left) : 0;
  }
}
