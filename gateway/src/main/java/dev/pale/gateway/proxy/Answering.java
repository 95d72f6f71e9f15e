package dev.pale.gateway.proxy;

import dev.pale.gateway.http.BodyReader;
import dev.pale.gateway.http.Framing;
import dev.pale.gateway.http.Headers;
import dev.pale.gateway.http.HttpOutput;
import dev.pale.gateway.http.RequestHead;
import dev.pale.gateway.http.ResponseHead;
import dev.pale.gateway.redact.BodyRedactor;
import dev.pale.gateway.redact.Redactor;
import dev.pale.gateway.redact.Tally;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.secrets.Out;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * One answer on its way back: everything of it passes the redactor, with the framing that then
 * holds. Not thread-safe; used once.
 */
final class Answering {
  /** Up to this size a body is cleaned as a whole, and its length is told anew. */
  private static final int WHOLE_BYTES = 256 * 1024;

  private static final int STEP_BYTES = 32 * 1024;

  private final ClientSession session;
  private final HttpOutput out;
  private final Connections.Entry entry;
  private final Runnable begun;
  private final Tally tally = new Tally();
  private long bytes;
  private boolean whole;

  Answering(ClientSession session, HttpOutput out, Connections.Entry entry, Runnable begun) {
    this.session = session;
    this.out = out;
    this.entry = entry;
    this.begun = begun;
  }

  /** What was found. */
  Tally tally() {
    return tally;
  }

  /** Bytes of the body that went to the client. */
  long bytes() {
    return bytes;
  }

  /** Whether the answer was read to its end. */
  boolean isWhole() {
    return whole;
  }

  /**
   * Sends an answer on.
   *
   * @param guarded whether the server knows a real value: pieces of a body are not taken from it
   * @param keep whether the client's connection could take another request
   * @return whether it still can
   */
  boolean relay(
      Upstream server, RequestHead request, ResponseHead response, boolean guarded, boolean keep)
      throws IOException {
    Redactor redactor = session.redactor;
    if (guarded && !redactor.isEmpty() && Redactor.isPartial(response)) {
      throw Refusal.of(
          502,
          "unasked-partial",
          "the server sent a part of the answer although the whole was asked for",
          "ask for the whole");
    }
    Headers headers = redactor.headers(response, tally);
    if (response.framing() instanceof Framing.None) {
      return bodyless(request, response, headers, keep);
    }
    BodyReader body = server.in.body(response.framing());
    BodyRedactor cleaner = redactor.body(response, tally);
    if (response.framing() instanceof Framing.Length length
        && length.bytes() <= WHOLE_BYTES
        && !cleaner.decodes()) {
      return small(response, headers, body, cleaner, (int) length.bytes(), keep);
    }
    boolean modern = request.minorVersion() == 1;
    Framing framing;
    if (response.framing() instanceof Framing.Length && cleaner.keepsLength()) {
      framing = response.framing();
    } else {
      framing = modern ? Framing.CHUNKED : Framing.UNTIL_CLOSE;
    }
    boolean again = keep && !(framing instanceof Framing.UntilClose);
    writeHead(response, headers, again);
    if (framing instanceof Framing.Length length) {
      out.field("Content-Length", Long.toString(length.bytes()));
    } else if (framing instanceof Framing.Chunked) {
      out.field("Transfer-Encoding", "chunked");
    }
    begin();
    out.beginBody(framing);
    stream(body, cleaner);
    out.endBody();
    out.flush();
    whole = true;
    return again;
  }

  private void begin() throws IOException {
    out.endHead();
    begun.run();
  }

  /** HEAD, 204, 304: the length that a body would have is told where it is known to stay. */
  private boolean bodyless(
      RequestHead request, ResponseHead response, Headers headers, boolean keep)
      throws IOException {
    writeHead(response, headers, keep);
    String length = response.headers().first("content-length");
    boolean hasLength = response.status() != 204 && response.status() != 304;
    if (request.method().equals("HEAD")) {
      if (length != null && response.headers().first("content-encoding") == null) {
        out.field("Content-Length", length);
      }
    } else if (hasLength) {
      out.field("Content-Length", "0");
    }
    begin();
    out.flush();
    whole = true;
    return keep;
  }

  private boolean small(
      ResponseHead response,
      Headers headers,
      BodyReader body,
      BodyRedactor cleaner,
      int length,
      boolean keep)
      throws IOException {
    byte[] plain = Bodies.exactly(body, length);
    Collector clean = new Collector(length);
    cleaner.write(plain, 0, length, clean);
    cleaner.finish(clean);
    bytes = clean.size();
    writeHead(response, headers, keep);
    out.field("Content-Length", Integer.toString(clean.size()));
    begin();
    out.beginBody(new Framing.Length(clean.size()));
    out.body(clean.bytes(), 0, clean.size());
    out.endBody();
    out.flush();
    whole = true;
    return keep;
  }

  private void writeHead(ResponseHead response, Headers headers, boolean keep) {
    out.ascii("HTTP/1.1 ").ascii(Integer.toString(response.status())).ascii(" ");
    out.ascii(session.redactor.reason(response, tally)).ascii("\r\n");
    for (int i = 0; i < headers.size(); i++) {
      if (!headers.is(i, "content-length")
          && !headers.is(i, "transfer-encoding")
          && !headers.is(i, "connection")) {
        out.field(headers.name(i), headers.value(i));
      }
    }
    if (!keep) {
      out.field("Connection", "close");
    }
  }

  /** Piece by piece; what came is sent before more is waited for. */
  private void stream(BodyReader body, BodyRedactor cleaner) throws IOException {
    byte[] step = new byte[STEP_BYTES];
    Out sink = this::pass;
    try {
      int n;
      while ((n = body.read(step, 0, step.length)) >= 0) {
        cleaner.write(step, 0, n, sink);
        if (body.available() == 0) {
          out.flush();
        }
        entry.moved();
      }
      cleaner.finish(sink);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void pass(byte[] piece, int offset, int length) {
    try {
      out.body(piece, offset, length);
      bytes += length;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A growing array that is handed out as it is. */
  private static final class Collector implements Out {
    private byte[] bytes;
    private int size;

    Collector(int expected) {
      bytes = new byte[Math.max(expected, 16)];
    }

    @Override
    public void accept(byte[] piece, int offset, int length) {
      if (size + length > bytes.length) {
        bytes = java.util.Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + length));
      }
      System.arraycopy(piece, offset, bytes, size, length);
      size += length;
    }

    byte[] bytes() {
      return bytes;
    }

    int size() {
      return size;
    }
  }
}
