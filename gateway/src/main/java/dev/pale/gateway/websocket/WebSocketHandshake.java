package dev.pale.gateway.websocket;

import dev.pale.gateway.http.Framing;
import dev.pale.gateway.http.Headers;
import dev.pale.gateway.http.RequestHead;
import dev.pale.gateway.http.ResponseHead;
import dev.pale.gateway.refusal.Refusal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/**
 * The opening handshake of a web socket (RFC 6455, section 4), seen from between client and server:
 * neither half is believed.
 *
 * <p>Order: {@link #isAsked}, {@link #of}; send the request's fields for which {@link #sends} is
 * true and {@code Connection: Upgrade}, {@code Upgrade: websocket}; when the answer's status is
 * 101, {@link #check}; any other status is an ordinary answer.
 *
 * <p>Immutable, thread-safe.
 */
public final class WebSocketHandshake {
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int KEY_BYTES = 16;

  private final String accept;
  private final Headers request;

  private WebSocketHandshake(String accept, Headers request) {
    this.accept = accept;
    this.request = request;
  }

  /**
   * Whether a request asks for a web socket. An upgrade to anything else is not passed on, which
   * servers take as not asked for.
   */
  public static boolean isAsked(RequestHead head) {
    return head.headers().hasToken("upgrade", "websocket");
  }

  /**
   * Checks a request that asks for one.
   *
   * @throws Refusal 400 {@code bad-upgrade-request}
   */
  public static WebSocketHandshake of(RequestHead head) {
    Headers h = head.headers();
    require(head.method().equals("GET") && head.minorVersion() == 1, "it is no GET of HTTP/1.1");
    require(head.framing() instanceof Framing.None, "it has a body");
    require(isExactly(h, "upgrade", "websocket"), "Upgrade is not exactly 'websocket'");
    require(h.hasToken("connection", "upgrade"), "Connection does not name Upgrade");
    require(isExactly(h, "sec-websocket-version", "13"), "Sec-WebSocket-Version is not 13");
    String key = h.first("sec-websocket-key");
    require(
        key != null && h.count("sec-websocket-key") == 1 && isKey(key),
        "Sec-WebSocket-Key is not one key of 16 bytes");
    return new WebSocketHandshake(acceptFor(key == null ? "" : key), h);
  }

  private static void require(boolean right, String why) {
    if (!right) {
      throw Refusal.of(
          400,
          "bad-upgrade-request",
          "the request for a web socket is not valid: " + why,
          "a client library for RFC 6455 sends valid ones");
    }
  }

  private static boolean isExactly(Headers headers, String name, String value) {
    return headers.count(name) == 1 && value.equalsIgnoreCase(headers.first(name));
  }

  private static boolean isKey(String key) {
    try {
      byte[] bytes = Base64.getDecoder().decode(key);
      return bytes.length == KEY_BYTES && Base64.getEncoder().encodeToString(bytes).equals(key);
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  private static String acceptFor(String key) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      return Base64.getEncoder()
          .encodeToString(sha1.digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  /**
   * Whether a field of the client goes on to the server. Extensions do not: compression would hide
   * what messages hold. {@code Connection} and {@code Upgrade} are written anew.
   */
  public boolean sends(String field) {
    return !field.equalsIgnoreCase("sec-websocket-extensions")
        && !field.equalsIgnoreCase("connection")
        && !field.equalsIgnoreCase("upgrade");
  }

  /**
   * Checks a 101 before any byte is relayed.
   *
   * @param came the head as the server sent it
   * @param redacted the head as the client gets it, which has the placeholder in a subprotocol that
   *     carries a secret
   * @throws Refusal 502 {@code bad-upgrade}: the connection to the server must be closed
   */
  public void check(ResponseHead came, ResponseHead redacted) {
    Headers h = came.headers();
    requireAnswer(came.status() == 101, "its status is not 101");
    requireAnswer(isExactly(h, "upgrade", "websocket"), "Upgrade is not exactly 'websocket'");
    requireAnswer(h.hasToken("connection", "upgrade"), "Connection does not name Upgrade");
    requireAnswer(
        h.count("sec-websocket-accept") == 1 && accept.equals(h.first("sec-websocket-accept")),
        "Sec-WebSocket-Accept does not belong to the key");
    requireAnswer(
        h.count("sec-websocket-extensions") == 0, "it names an extension that was not offered");
    List<String> protocols = redacted.headers().all("sec-websocket-protocol");
    requireAnswer(
        protocols.size() <= 1
            && (protocols.isEmpty()
                || (protocols.getFirst().indexOf(',') < 0
                    && request.hasToken("sec-websocket-protocol", protocols.getFirst()))),
        "it names a subprotocol that was not offered");
  }

  private static void requireAnswer(boolean right, String why) {
    if (!right) {
      throw Refusal.of(
          502, "bad-upgrade", "the server's answer to the web socket is not valid: " + why, "");
    }
  }

  @Override
  public String toString() {
    return "[web socket handshake]";
  }
}
