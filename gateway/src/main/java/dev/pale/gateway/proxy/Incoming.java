package dev.pale.gateway.proxy;

import dev.pale.gateway.http.BodyReader;
import dev.pale.gateway.http.Framing;
import dev.pale.gateway.http.HttpInput;
import dev.pale.gateway.http.HttpOutput;
import dev.pale.gateway.http.RequestHead;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.name.Target;
import dev.pale.gateway.refusal.Refusal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What every request must be before anything is decided about it, and taking its body in.
 *
 * <p>No state.
 */
final class Incoming {
  private static final int LONGEST_METHOD = 20;

  /** A body up to this size is looked through as a whole before anything leaves. */
  private static final int SMALL_BODY_BYTES = 64 * 1024;

  /** The largest body in which a secret has a slot, or about which a human is asked. */
  private static final int WHOLE_BODY_BYTES = 1024 * 1024;

  private Incoming() {}

  static boolean isBodyless(RequestHead head) {
    return head.framing() instanceof Framing.None
        || (head.framing() instanceof Framing.Length length && length.bytes() == 0);
  }

  static RequestHead inOriginForm(RequestHead head, Authority authority, boolean tls) {
    RequestHead origin =
        switch (head.form()) {
          case ORIGIN -> head;
          case ASTERISK -> {
            if (!head.method().equals("OPTIONS")) {
              throw Refusal.of(400, "bad-target", "* is a target for OPTIONS alone", "");
            }
            yield head;
          }
          case AUTHORITY ->
              throw Refusal.of(405, "connect-in-tunnel", "no CONNECT inside of a tunnel", "");
          case ABSOLUTE -> {
            Target target = Target.ofAbsolute(head.target());
            if (target.tls() != tls || !target.authority().equals(authority)) {
              throw OneAuthority.mismatch("the target names another authority than the connection");
            }
            yield head.withTarget(RequestHead.Form.ORIGIN, target.rest());
          }
        };
    requirePlainMethod(head.method());
    OneAuthority.requireHost(head.headers(), authority, tls ? 443 : 80);
    Fields.checkConnection(head.headers());
    return origin;
  }

  /** Methods are words in capitals: nothing else can hide in one. */
  private static void requirePlainMethod(String method) {
    boolean plain = method.length() <= LONGEST_METHOD;
    for (int i = 0; i < method.length() && plain; i++) {
      char c = method.charAt(i);
      plain = (c >= 'A' && c <= 'Z') || c == '-';
    }
    if (!plain) {
      throw Refusal.of(
          400, "bad-method", "the method is no word in capital letters", "send GET, POST …");
    }
  }

  static void expectation(RequestHead head, HttpInput in, HttpOutput out) throws IOException {
    String expected = head.headers().first("expect");
    if (expected == null) {
      return;
    }
    if (!expected.equalsIgnoreCase("100-continue")) {
      throw Refusal.of(417, "unknown-expectation", "only 100-continue can be expected", "");
    }
    if (!isBodyless(head) && head.minorVersion() == 1 && in.buffered() == 0) {
      out.ascii("HTTP/1.1 100 Continue\r\n\r\n");
      out.flush();
    }
  }

  /** The body, when it is to be looked through before anything leaves; null when it streams. */
  static byte @Nullable [] wholeBody(
      RequestHead head, BodyReader body, boolean required, long limit) throws IOException {
    long most = Math.min(limit, WHOLE_BODY_BYTES);
    if (head.framing() instanceof Framing.Length length) {
      if (required && length.bytes() > most) {
        throw bodyTooLarge();
      }
      return required || length.bytes() <= SMALL_BODY_BYTES
          ? Bodies.exactly(body, (int) length.bytes())
          : null;
    }
    if (!required) {
      return null;
    }
    byte[] whole = Bodies.atMost(body, (int) most);
    if (whole == null) {
      throw bodyTooLarge();
    }
    return whole;
  }

  static void drain(RequestHead head, HttpInput in) throws IOException {
    if (!isBodyless(head)) {
      BodyReader body = in.body(head.framing());
      byte[] scratch = new byte[4096];
      long taken = 0;
      int n;
      while ((n = body.read(scratch, 0, scratch.length)) >= 0) {
        taken += n;
        if (taken > SMALL_BODY_BYTES) {
          throw bodyTooLarge();
        }
      }
    }
  }

  static Refusal bodyTooLarge() {
    return Refusal.of(
        413,
        "body-too-large",
        "the body is larger than the policy or the gateway allows for this request",
        "send less, or raise max_body_bytes of the rule");
  }
}
