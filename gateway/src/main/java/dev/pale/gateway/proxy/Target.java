package dev.pale.gateway.proxy;

import dev.pale.gateway.http.Headers;
import dev.pale.gateway.http.RequestHead;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.refusal.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * An absolute target taken apart.
 *
 * @param authority for whom
 * @param tls whether it says https
 * @param rest path and query, byte for byte; {@code /} when there is none
 */
record Target(Authority authority, boolean tls, String rest) {
  private static final String HTTP = "http://";
  private static final String HTTPS = "https://";

  /** Takes an absolute-form target apart; strict: no userinfo, no other scheme. */
  static Target ofAbsolute(String target) {
    boolean tls = target.regionMatches(true, 0, HTTPS, 0, HTTPS.length());
    if (!tls && !target.regionMatches(true, 0, HTTP, 0, HTTP.length())) {
      throw Refusal.of(
          400, "bad-scheme", "an absolute target starts with http:// or https://", "");
    }
    int from = tls ? HTTPS.length() : HTTP.length();
    int to = from;
    while (to < target.length() && target.charAt(to) != '/' && target.charAt(to) != '?') {
      to++;
    }
    Authority authority = Authority.parse(target.substring(from, to), tls ? 443 : 80);
    String rest = target.substring(to);
    return new Target(
        authority, tls, rest.isEmpty() ? "/" : rest.charAt(0) == '?' ? "/" + rest : rest);
  }

  /** The authority of a CONNECT: with a port, and its Host field, if any, must be the same. */
  static Authority ofConnect(RequestHead head) {
    Authority authority = Authority.parse(head.target(), -1);
    requireHost(head.headers(), authority, authority.port());
    if (!Exchange.isBodyless(head)) {
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
        421,
        "authority-mismatch",
        reason,
        "send every request over a connection of its own host");
  }

  private static boolean isSame(String host, Authority authority, int defaultPort) {
    if (host.equals(authority.host().text()) && authority.port() == defaultPort) {
      return true;
    }
    @Nullable Authority named;
    try {
      named = Authority.parse(host, defaultPort);
    } catch (Refusal malformed) {
      return false;
    }
    return named.equals(authority);
  }
}
