package dev.pale.gateway.http;

import dev.pale.gateway.refusal.Refusal;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection, read as HTTP/1.1 messages: {@link #readRequest} or {@link
 * #readResponse}, then {@link #body}, and so on.
 *
 * <p>Strict: whatever two readers could understand in two ways is a {@link Refusal} with a code of
 * its own, after which the connection is of no further use. Of a server's oddities the status is
 * 502 and the code begins with {@code bad-response-}. The outcome depends on the bytes alone, never
 * on how they were cut into packets. A head is read to its empty line and no further; what was read
 * ahead stays for the body, the next message or {@link #rest}.
 *
 * <p>Does not: time out, decode bodies, judge hosts or paths. Not thread-safe.
 *
 * <p>Sources: RFC 9110, RFC 9112.
 */
public final class HttpInput {
  private static final byte TLS_HANDSHAKE = 0x16;

  private final ByteSource source;
  private final FieldSection fields;
  private final StartLine line = new StartLine();
  private Speaker speaker = Speaker.CLIENT;
  private Limits limits = Limits.DEFAULT;
  private @Nullable BodyReader open;
  private boolean handedOver;

  /**
   * Reads from a stream, which stays the caller's to close.
   *
   * @param in blocking
   * @param bufferBytes how much is read ahead, at least 64; grows for longer lines up to the limit
   */
  public HttpInput(InputStream in, int bufferBytes) {
    source = new ByteSource(in, bufferBytes);
    fields = new FieldSection(source);
  }

  /**
   * Reads the head of a request. One empty line before it is skipped.
   *
   * @return null when the connection ended before a request began
   * @throws Refusal 400, 414, 431, 501 or 505 for anything odd
   * @throws EOFException when the connection ended in the head
   */
  public @Nullable RequestHead readRequest(Limits headLimits) throws IOException {
    begin(Speaker.CLIENT, headLimits);
    if (source.buffered() == 0 && !source.fill()) {
      return null;
    }
    int spent = 0;
    byte first = source.buf[source.pos];
    if (first == '\r' || first == '\n') {
      skipEmptyLine();
      spent = 2;
      if (source.buffered() == 0 && !source.fill()) {
        return null;
      }
      first = source.buf[source.pos];
    }
    if (!Octets.isToken(first)) {
      throw badFirst(first, spent > 0);
    }
    int lf = source.lineEnd(Math.min(limits.lineBytes() + 2, limits.headBytes() - spent));
    if (lf < 0) {
      throw speaker.refuse(414, "target-too-long", "the request line is longer than the limit", "");
    }
    int from = source.pos;
    line.request(source.buf, from, lineEnd(from, lf));
    source.pos = lf + 1;
    Headers headers = fields.read(speaker, limits, spent + lf + 1 - from);
    checkHost();
    Framing framing = FramingRules.ofRequest(line.method, line.minorVersion, fields);
    return new RequestHead(
        line.method, line.form, line.target, line.minorVersion, headers, framing);
  }

  /**
   * Reads the head of a response, also of an interim one (1xx, for which the caller loops).
   *
   * @param requestMethod the method that is being answered: HEAD's and CONNECT's answers end
   *     elsewhere
   * @throws Refusal 502 {@code bad-response-…} for anything odd
   * @throws EOFException when the connection ended before or in the head
   */
  public ResponseHead readResponse(String requestMethod, Limits headLimits) throws IOException {
    begin(Speaker.SERVER, headLimits);
    int lf = source.lineEnd(Math.min(limits.lineBytes() + 2, limits.headBytes()));
    if (lf < 0) {
      throw speaker.tooLarge("status-line-too-long", "the status line is longer than the limit");
    }
    int from = source.pos;
    line.response(source.buf, from, lineEnd(from, lf));
    source.pos = lf + 1;
    int status = line.status;
    Headers headers = fields.read(speaker, limits, lf + 1 - from);
    Framing framing = FramingRules.ofResponse(requestMethod, status, line.minorVersion, fields);
    return new ResponseHead(status, line.reason, line.minorVersion, headers, framing);
  }

  /**
   * The body that follows the head just read. The next head can be read when it has ended.
   *
   * @param framing as the head says
   */
  public BodyReader body(Framing framing) {
    checkFree();
    BodyReader reader =
        switch (framing) {
          case Framing.None none -> new CountedBody(source, 0);
          case Framing.Length length -> new CountedBody(source, length.bytes());
          case Framing.Chunked chunked -> new ChunkedBody(source, fields, speaker, limits);
          case Framing.UntilClose untilClose -> new RemainingBody(source);
        };
    open = reader;
    return reader;
  }

  /** How many bytes were read ahead and not consumed. */
  public int buffered() {
    return source.buffered();
  }

  /**
   * Everything from here on, first what was read ahead: for upgraded connections and for TLS inside
   * a CONNECT tunnel. Nothing else may be read from this object afterwards; the stream's {@code
   * close} closes the connection's stream.
   */
  public InputStream rest() {
    checkFree();
    handedOver = true;
    return new RestStream(source);
  }

  /** Overwrites what was read ahead: a server may have sent back a real value. */
  public void wipe() {
    source.wipe();
  }

  private void begin(Speaker who, Limits headLimits) {
    checkFree();
    speaker = who;
    limits = headLimits;
    open = null;
  }

  private void checkFree() {
    if (handedOver) {
      throw new IllegalStateException("the connection was handed over");
    }
    if (open != null && !open.ended()) {
      throw new IllegalStateException("a body has not been read to its end");
    }
  }

  private void skipEmptyLine() throws IOException {
    int lf = source.lineEnd(2);
    if (lf == source.pos) {
      throw speaker.odd((byte) '\n', "", "");
    }
    if (lf < 0) {
      throw speaker.odd((byte) '\r', "", "");
    }
    source.pos = lf + 1;
  }

  private Refusal badFirst(byte first, boolean afterEmptyLine) {
    if (first == TLS_HANDSHAKE) {
      return speaker.refuse(
          400,
          "tls-where-http",
          "TLS came where HTTP is spoken",
          "use an http:// address for this proxy");
    }
    return afterEmptyLine && first == '\r'
        ? speaker.malformed("extra-empty-line", "more than one empty line before the request")
        : speaker.odd(first, "bad-method", "the method is no token");
  }

  /** The index of the CR before a line's LF. */
  private int lineEnd(int from, int lf) {
    if (lf == from || source.buf[lf - 1] != '\r') {
      throw speaker.odd((byte) '\n', "", "");
    }
    return lf - 1;
  }

  private void checkHost() {
    if (fields.hosts > 1) {
      throw speaker.malformed("duplicate-host", "more than one Host field");
    }
    if (fields.hosts == 0 && line.minorVersion == 1) {
      throw speaker.malformed("missing-host", "no Host field");
    }
  }
}
