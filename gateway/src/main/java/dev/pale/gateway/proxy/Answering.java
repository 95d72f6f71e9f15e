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

  private final Redactor redactor;
  private final HttpOutput out;
  private final Connections.Entry entry;
  private final Runnable begun;
  private final Tally tally;
  private boolean whole;

  Answering(
      Redactor redactor, Tally tally, HttpOutput out, Connections.Entry entry, Runnable begun) {
    this.redactor = redactor;
    this.tally = tally;
    this.out = out;
    this.entry = entry;
    this.begun = begun;
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
    // A server that never got a real value may send parts: it cannot have one to cut in pieces.
    boolean part = !guarded && Redactor.isPartial(response);
    if (part && !redactor.isEmpty() && Redactor.isEncoded(response)) {
      throw Refusal.of(
          502,
          "undecodable-response",
          "a part of an encoded answer cannot be looked into",
          "ask for the whole");
    }
    try (BodyRedactor cleaner =
        part ? redactor.stream(tally, true) : redactor.body(response, tally)) {
      ResponseHead head = redactor.head(response, tally);
      if (response.framing() instanceof Framing.None) {
        return bodyless(request, head, keep);
      }
      return withBody(server, request, response, head, cleaner, keep);
    }
  }

  private boolean withBody(
      Upstream server,
      RequestHead request,
      ResponseHead response,
      ResponseHead head,
      BodyRedactor cleaner,
      boolean keep)
      throws IOException {
    BodyReader body = server.in.body(response.framing());
    if (response.framing() instanceof Framing.Length length
        && length.bytes() <= WHOLE_BYTES
        && !cleaner.decodes()) {
      return small(head, body, cleaner, (int) length.bytes(), keep);
    }
    boolean modern = request.minorVersion() == 1;
    Framing framing;
    if (response.framing() instanceof Framing.Length && cleaner.keepsLength()) {
      framing = response.framing();
    } else {
      framing = modern ? Framing.CHUNKED : Framing.UNTIL_CLOSE;
    }
    boolean again = keep && !(framing instanceof Framing.UntilClose);
    writeHead(head, again);
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
  private boolean bodyless(RequestHead request, ResponseHead head, boolean keep)
      throws IOException {
    writeHead(head, keep);
    boolean hasBody =
        !request.method().equals("HEAD") && head.status() != 204 && head.status() != 304;
    if (hasBody && head.headers().first("content-length") == null) {
      out.field("Content-Length", "0");
    }
    begin();
    out.flush();
    whole = true;
    return keep;
  }

  private boolean small(
      ResponseHead head, BodyReader body, BodyRedactor cleaner, int length, boolean keep)
      throws IOException {
    byte[] plain = Bodies.exactly(body, length);
    Collector clean = new Collector(length);
    cleaner.write(plain, 0, length, clean);
    cleaner.finish(clean);
    writeHead(head, keep);
    out.field("Content-Length", Integer.toString(clean.size()));
    begin();
    out.beginBody(new Framing.Length(clean.size()));
    out.body(clean.bytes(), 0, clean.size());
    out.endBody();
    out.flush();
    whole = true;
    return keep;
  }

  private void writeHead(ResponseHead head, boolean keep) {
    out.ascii("HTTP/1.1 ").ascii(Integer.toString(head.status())).ascii(" ");
    out.ascii(head.reason()).ascii("\r\n");
    Headers headers = head.headers();
    for (int i = 0; i < headers.size(); i++) {
      out.field(headers.name(i), headers.value(i));
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
