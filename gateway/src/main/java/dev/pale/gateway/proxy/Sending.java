package dev.pale.gateway.proxy;

import dev.pale.gateway.http.BodyReader;
import dev.pale.gateway.http.Framing;
import dev.pale.gateway.http.HttpOutput;
import dev.pale.gateway.http.RequestHead;
import dev.pale.gateway.inject.Injection;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.redact.Redactor;
import dev.pale.gateway.websocket.WebSocketHandshake;
import org.jspecify.annotations.Nullable;

/**
 * A request that may go, as it goes upstream. {@link #writeHead} is the one place where real values
 * are written into a head: by {@link Injection}, into a buffer that is wiped when it was sent.
 *
 * <p>Not thread-safe; lives as long as its request.
 */
final class Sending {
  private final RequestHead head;
  private final Authority authority;
  private final boolean tls;
  private final Injection injection;
  private final Redactor redactor;
  private final @Nullable BodyReader body;
  private final byte @Nullable [] whole;
  private final long bodyLimit;
  private final boolean guarded;
  private final @Nullable WebSocketHandshake upgrade;

  /**
   * A request.
   *
   * @param body where the body comes from; null when there is none
   * @param whole the body with its values in place, when it was read as a whole
   * @param bodyLimit the most bytes of a body
   * @param guarded whether the server knows a real value, now or from before
   * @param upgrade the handshake of a WebSocket; null for other requests
   */
  Sending(
      RequestHead head,
      Authority authority,
      boolean tls,
      Injection injection,
      Redactor redactor,
      @Nullable BodyReader body,
      byte @Nullable [] whole,
      long bodyLimit,
      boolean guarded,
      @Nullable WebSocketHandshake upgrade) {
    this.head = head;
    this.authority = authority;
    this.tls = tls;
    this.injection = injection;
    this.redactor = redactor;
    this.body = body;
    this.whole = whole;
    this.bodyLimit = bodyLimit;
    this.guarded = guarded;
    this.upgrade = upgrade;
  }

  RequestHead head() {
    return head;
  }

  Authority authority() {
    return authority;
  }

  boolean tls() {
    return tls;
  }

  Injection injection() {
    return injection;
  }

  Redactor redactor() {
    return redactor;
  }

  @Nullable BodyReader body() {
    return body;
  }

  byte @Nullable [] whole() {
    return whole;
  }

  long bodyLimit() {
    return bodyLimit;
  }

  boolean guarded() {
    return guarded;
  }

  @Nullable WebSocketHandshake upgrade() {
    return upgrade;
  }

  boolean upgrades() {
    return upgrade != null;
  }

  /** Whether the body goes up while it comes. */
  boolean streams() {
    return body != null && whole == null;
  }

  /** Whether it may be sent a second time. */
  boolean isIdempotent() {
    return switch (head.method()) {
      case "GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE" -> !streams();
      default -> false;
    };
  }

  long bodyBytes() {
    byte[] bytes = whole;
    return bytes == null ? 0 : bytes.length;
  }

  /** Writes the head with the real values in their slots; does not flush. */
  void writeHead(HttpOutput server) {
    server.ascii(head.method()).ascii(" ");
    injection.writeTarget(server);
    server.ascii(" HTTP/1.1\r\n");
    boolean usual = authority.port() == (tls ? 443 : 80);
    server.field(
        "Host",
        usual && authority.host().text().indexOf(':') < 0
            ? authority.host().text()
            : authority.toString());
    boolean ranges = !guarded || redactor.isEmpty();
    WebSocketHandshake handshake = upgrade;
    injection.writeFields(
        server,
        (index, name) ->
            Fields.goesOn(name, ranges) && (handshake == null || handshake.sends(name)));
    String encodings = head.headers().first("accept-encoding");
    if (redactor.isEmpty()) {
      if (encodings != null) {
        server.field("Accept-Encoding", encodings);
      }
    } else {
      // Parts of an encoded answer could not be looked into.
      boolean parts = ranges && head.headers().count("range") > 0;
      server.field("Accept-Encoding", parts ? "identity" : Redactor.acceptEncoding(encodings));
    }
    if (handshake != null) {
      server.field("Connection", "Upgrade");
      server.field("Upgrade", "websocket");
    } else if (whole != null) {
      server.field("Content-Length", Long.toString(bodyBytes()));
    } else if (head.framing() instanceof Framing.Length length) {
      server.field("Content-Length", Long.toString(length.bytes()));
    } else if (head.framing() instanceof Framing.Chunked) {
      server.field("Transfer-Encoding", "chunked");
    }
    server.endHead();
  }
}
