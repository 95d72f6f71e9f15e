package dev.pale.gateway.proxy;

import dev.pale.gateway.http.Headers;
import dev.pale.gateway.http.HttpInput;
import dev.pale.gateway.http.HttpOutput;
import dev.pale.gateway.http.ResponseHead;
import dev.pale.gateway.inject.BodyGuard;
import dev.pale.gateway.inject.Injection;
import dev.pale.gateway.redact.Redactor;
import dev.pale.gateway.redact.Tally;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.gateway.websocket.MessageGuard;
import dev.pale.gateway.websocket.WebSocketHandshake;
import dev.pale.gateway.websocket.WebSocketRelay;
import dev.pale.secrets.Out;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** An open WebSocket: both directions until one ends. Not thread-safe; used once. */
final class WebSocketSession {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final long LAST_MILLIS = 2_000;

  private final Redactor redactor;
  private final Tally tally;
  private final Connections.Entry entry;
  private final HttpInput in;
  private final HttpOutput out;
  private final OutputStream rawOut;
  private volatile @Nullable Refusal refusal;

  WebSocketSession(
      Redactor redactor,
      Tally tally,
      Connections.Entry entry,
      HttpInput in,
      HttpOutput out,
      OutputStream rawOut) {
    this.redactor = redactor;
    this.tally = tally;
    this.entry = entry;
    this.in = in;
    this.out = out;
    this.rawOut = rawOut;
  }

  /**
   * Checks the server's answer, passes it on, and relays until an end.
   *
   * @param begun called once the client has been answered
   * @throws Refusal when the answer is not valid, or a message must not pass
   */
  void run(
      Upstream server,
      WebSocketHandshake handshake,
      ResponseHead came,
      Injection injection,
      Runnable begun)
      throws IOException {
    ResponseHead head = redactor.head(came, tally);
    handshake.check(came, head);
    out.ascii("HTTP/1.1 101 ").ascii(head.reason()).ascii("\r\n");
    Headers headers = head.headers();
    for (int i = 0; i < headers.size(); i++) {
      if (!headers.is(i, "connection") && !headers.is(i, "upgrade")) {
        out.field(headers.name(i), headers.value(i));
      }
    }
    out.field("Connection", "Upgrade").field("Upgrade", "websocket");
    out.endHead();
    out.flush();
    begun.run();
    WebSocketRelay relay =
        new WebSocketRelay(
            new Moving(in.rest()),
            rawOut,
            new Moving(server.in.rest()),
            server.socket().getOutputStream(),
            RANDOM);
    Thread up = Thread.ofVirtual().name("websocket-up").start(() -> upwards(relay, injection));
    Refusal fromServer = null;
    try {
      relay.serverToClient(redactor, tally);
      join(up);
    } catch (Refusal refused) {
      fromServer = refused;
    } catch (IOException gone) {
      // The other direction ends as well: its streams are closed below.
    } finally {
      entry.abort();
      join(up);
    }
    Refusal why = refusal;
    if (why != null) {
      throw why;
    }
    if (fromServer != null) {
      throw fromServer;
    }
  }

  private void upwards(WebSocketRelay relay, Injection injection) {
    try {
      relay.clientToServer(
          new Guarded(injection.messageGuard()),
          new Guarded(injection.messageGuard()),
          injection.hasTextSlot() ? injection::editText : null);
      Thread.sleep(LAST_MILLIS);
    } catch (Refusal refused) {
      refusal = refused;
    } catch (IOException | InterruptedException gone) {
      // Ends the other direction too.
    } finally {
      entry.abort();
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join(2 * LAST_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What messages of the client pass. */
  private record Guarded(BodyGuard guard) implements MessageGuard {
    @Override
    public void write(byte[] b, int off, int len, Out sink) {
      guard.write(b, off, len, sink);
    }

    @Override
    public void finish(Out sink) {
      guard.finish(sink);
      guard.reset();
    }
  }

  /** Notes that something moved, so that an open socket that talks is not taken for a stuck one. */
  private final class Moving extends FilterInputStream {
    Moving(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] buf, int off, int len) throws IOException {
      int n = in.read(buf, off, len);
      entry.moved();
      return n;
    }

    @Override
    public int read() throws IOException {
      int b = in.read();
      entry.moved();
      return b;
    }
  }
}
