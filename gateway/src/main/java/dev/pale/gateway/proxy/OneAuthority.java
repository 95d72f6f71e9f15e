package dev.pale.gateway.proxy;

import dev.pale.gateway.http.Headers;
import dev.pale.gateway.http.RequestHead;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.refusal.Refusal;

/** One connection, one authority: whatever names another one is refused. Stateless. */
final class OneAuthority {
  private OneAuthority() {}

  /** The authority of a CONNECT: with a port, and its Host field, if any, must be the same. */
  static Authority ofConnect(RequestHead head) {
    Authority authority = Authority.parse(head.target(), 0);
    requireHost(head.headers(), authority, authority.port());
    if (!Incoming.isBodyless(head)) {
      throw Refusal.of(400, "connect-with-body", "a CONNECT has no body", "");
    }
    return authority;
  }

  /** The Host field must name the authority that the connection is for. */
  static void requireHost(Headers headers, Authority authority, int defaultPort) {
    String host = headers.first("host");
    if (host != null && !isSame(host, authority, defaultPort)) {
      throw mismatch("the Host field names another authority than the connection");
    }
  }

  static Refusal mismatch(String reason) {
    return Refusal.alarm(
        421, "authority-mismatch", reason, "send every request over a connection of its own host");
  }

  private static boolean isSame(String host, Authority authority, int defaultPort) {
    if (host.equals(authority.host().text()) && authority.port() == defaultPort) {
      return true;
    }
    try {
      return Authority.parse(host, defaultPort).equals(authority);
    } catch (Refusal malformed) {
      return false;
    }
  }
}
