package dev.pale.gateway.proxy;

import dev.pale.gateway.http.Headers;
import dev.pale.gateway.refusal.Refusal;
import java.util.Locale;
import java.util.Set;

/** Which header fields of a request go on. Stateless. Source: RFC 9110, section 7.6.1. */
final class Fields {
  /** Of this hop only, or written anew by the gateway. */
  private static final Set<String> OWN =
      Set.of(
          "host",
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authorization",
          "proxy-authenticate",
          "te",
          "trailer",
          "transfer-encoding",
          "content-length",
          "upgrade",
          "http2-settings",
          "expect",
          "accept-encoding",
          "alt-used");

  /** What would collect pieces of an answer. */
  private static final Set<String> RANGE = Set.of("range", "if-range");

  /** Fields that a Connection field may name: all others are meant for the server. */
  private static final Set<String> MAY_BE_NAMED =
      Set.of("close", "keep-alive", "upgrade", "te", "http2-settings", "proxy-connection");

  private Fields() {}

  /** Whether a field of the client goes on. */
  static boolean goesOn(String name, boolean ranges) {
    String lower = isLower(name) ? name : name.toLowerCase(Locale.ROOT);
    return !OWN.contains(lower) && (ranges || !RANGE.contains(lower));
  }

  private static boolean isLower(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        return false;
      }
    }
    return true;
  }

  /**
   * A client that names an end-to-end field in Connection wants a server or a proxy on the way to
   * drop it, for instance the authorisation.
   */
  static void checkConnection(Headers headers) {
    for (int i = 0; i < headers.size(); i++) {
      if (!headers.is(i, "connection")) {
        continue;
      }
      for (String token : headers.value(i).split(",", -1)) {
        String name = token.trim().toLowerCase(Locale.ROOT);
        if (!name.isEmpty() && !MAY_BE_NAMED.contains(name)) {
          throw Refusal.of(
              400,
              "connection-names-field",
              "the Connection field names a field that is meant for the server",
              "send Connection: keep-alive or close alone");
        }
      }
    }
  }
}
