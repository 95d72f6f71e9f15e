package dev.pale.gateway.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.gateway.http.Framing;
import dev.pale.gateway.http.Headers;
import dev.pale.gateway.http.RequestHead;
import dev.pale.gateway.http.ResponseHead;
import dev.pale.gateway.refusal.Refusal;
import org.junit.jupiter.api.Test;

final class WebSocketHandshakeTest {
  /** Key and answer are the example of RFC 6455, section 1.3. */
  private static final String[] GOOD = {
    "Host", "server.example.com",
    "Upgrade", "websocket",
    "Connection", "keep-alive, Upgrade",
    "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol", "chat, superchat",
    "Sec-WebSocket-Extensions", "permessage-deflate",
    "Sec-WebSocket-Version", "13"
  };

  private static final String[] ANSWER = {
    "Upgrade", "WebSocket",
    "Connection", "Upgrade",
    "Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
    "Sec-WebSocket-Protocol", "chat"
  };

  @Test
  void theExampleOfTheStandardIsValid() {
    WebSocketHandshake handshake = WebSocketHandshake.of(request(GOOD));
    handshake.check(answer(ANSWER), answer(ANSWER));
    assertThat(WebSocketHandshake.isAsked(request(GOOD))).isTrue();
    assertThat(WebSocketHandshake.isAsked(request(with(GOOD, "Upgrade", "h2c")))).isFalse();
  }

  @Test
  void extensionsAreNotOffered() {
    WebSocketHandshake handshake = WebSocketHandshake.of(request(GOOD));
    assertThat(handshake.sends("sec-websocket-extensions")).isFalse();
    assertThat(handshake.sends("Connection")).isFalse();
    assertThat(handshake.sends("Upgrade")).isFalse();
    assertThat(handshake.sends("Sec-WebSocket-Key")).isTrue();
    assertThat(handshake.sends("Sec-WebSocket-Protocol")).isTrue();
    assertThat(handshake.sends("Authorization")).isTrue();
  }

  @Test
  void oddRequestsAreRefused() {
    refusedRequest(with(GOOD, "Upgrade", "websocket, h2c"));
    refusedRequest(with(GOOD, "Connection", "keep-alive"));
    refusedRequest(with(GOOD, "Sec-WebSocket-Version", "8"));
    refusedRequest(with(GOOD, "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ"));
    refusedRequest(with(GOOD, "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZR=="));
    refusedRequest(with(GOOD, "Sec-WebSocket-Key", "c2hvcnQ="));
    refusedRequest(with(GOOD, "Sec-WebSocket-Key", ""));
    refusedRequest(and(GOOD, "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="));
    refusedRequest(and(GOOD, "Upgrade", "websocket"));
    RequestHead good = request(GOOD);
    refused(new RequestHead("POST", good.form(), "/", 1, good.headers(), Framing.NONE));
    refused(new RequestHead("GET", good.form(), "/", 0, good.headers(), Framing.NONE));
    refused(new RequestHead("GET", good.form(), "/", 1, good.headers(), new Framing.Length(3)));
  }

  @Test
  void oddAnswersAreRefused() {
    refusedAnswer(101, with(ANSWER, "Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo"));
    refusedAnswer(101, with(ANSWER, "Sec-WebSocket-Accept", ""));
    refusedAnswer(101, and(ANSWER, "Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    refusedAnswer(101, with(ANSWER, "Upgrade", "h2c"));
    refusedAnswer(101, with(ANSWER, "Connection", "close"));
    refusedAnswer(101, and(ANSWER, "Sec-WebSocket-Extensions", "permessage-deflate"));
    refusedAnswer(101, with(ANSWER, "Sec-WebSocket-Protocol", "other"));
    refusedAnswer(101, with(ANSWER, "Sec-WebSocket-Protocol", "chat, superchat"));
    refusedAnswer(101, and(ANSWER, "Sec-WebSocket-Protocol", "chat"));
    refusedAnswer(200, ANSWER);
  }

  private static void refusedRequest(String[] fields) {
    refused(request(fields));
  }

  private static void refused(RequestHead head) {
    assertThatThrownBy(() -> WebSocketHandshake.of(head))
        .isInstanceOfSatisfying(
            Refusal.class,
            r -> {
              assertThat(r.code()).isEqualTo("bad-upgrade-request");
              assertThat(r.status()).isEqualTo(400);
            });
  }

  private static void refusedAnswer(int status, String[] fields) {
    ResponseHead head = new ResponseHead(status, "", 1, headers(fields), Framing.NONE);
    WebSocketHandshake handshake = WebSocketHandshake.of(request(GOOD));
    assertThatThrownBy(() -> handshake.check(head, head))
        .isInstanceOfSatisfying(
            Refusal.class,
            r -> {
              assertThat(r.code()).isEqualTo("bad-upgrade");
              assertThat(r.status()).isEqualTo(502);
            });
  }

  private static RequestHead request(String[] fields) {
    return new RequestHead(
        "GET", RequestHead.Form.ORIGIN, "/chat", 1, headers(fields), Framing.NONE);
  }

  private static ResponseHead answer(String[] fields) {
    return new ResponseHead(101, "", 1, headers(fields), Framing.NONE);
  }

  private static Headers headers(String[] fields) {
    Headers headers = new Headers();
    for (int i = 0; i < fields.length; i += 2) {
      headers.add(fields[i], fields[i + 1]);
    }
    return headers;
  }

  private static String[] with(String[] fields, String name, String value) {
    String[] changed = fields.clone();
    for (int i = 0; i < changed.length; i += 2) {
      if (changed[i].equals(name)) {
        changed[i + 1] = value;
      }
    }
    return changed;
  }

  private static String[] and(String[] fields, String name, String value) {
    String[] longer = java.util.Arrays.copyOf(fields, fields.length + 2);
    longer[fields.length] = name;
    longer[fields.length + 1] = value;
    return longer;
  }
}
