package dev.pale.cli.gateway;

import dev.pale.gateway.name.Authority;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.secrets.PaleException;

/**
 * A URL as {@code pale gateway explain} takes it: {@code https://host/path}, or without the scheme.
 *
 * @param tls whether it is {@code https}
 * @param authority host and port
 * @param target path and query, byte for byte
 */
record WebAddress(boolean tls, Authority authority, String target) {
  private static final String HTTPS = "https://";
  private static final String HTTP = "http://";

  /** Reads one; error 787 for anything else. */
  static WebAddress parse(String url) {
    boolean tls = !url.regionMatches(true, 0, HTTP, 0, HTTP.length());
    String rest = url;
    if (url.regionMatches(true, 0, HTTPS, 0, HTTPS.length())) {
      rest = url.substring(HTTPS.length());
    } else if (!tls) {
      rest = url.substring(HTTP.length());
    } else if (url.contains("://")) {
      throw wrong("the gateway speaks http and https");
    }
    int fragment = rest.indexOf('#');
    rest = fragment < 0 ? rest : rest.substring(0, fragment);
    int end = rest.length();
    for (int i = 0; i < rest.length(); i++) {
      char c = rest.charAt(i);
      if (c == '/' || c == '?') {
        end = Math.min(end, i);
      }
      if (c <= ' ' || c > '~') {
        throw wrong("it holds a blank, or a character that must be percent-encoded");
      }
    }
    String path = rest.substring(end);
    try {
      return new WebAddress(
          tls,
          Authority.parse(rest.substring(0, end), tls ? 443 : 80),
          path.startsWith("/") ? path : "/" + path);
    } catch (Refusal e) {
      throw wrong(e.reason());
    }
  }

  /** The whole URL. */
  String whole() {
    return (tls ? HTTPS : HTTP) + authority + target;
  }

  /** The URL without query, which may hold anything. */
  String text() {
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query) + "?…";
    int usual = tls ? 443 : 80;
    String host = authority.toString();
    if (authority.port() == usual) {
      host = host.substring(0, host.lastIndexOf(':'));
    }
    return (tls ? HTTPS : HTTP) + host + path;
  }

  private static PaleException wrong(String why) {
    return PaleException.usage(
        787, "this is no URL that the gateway takes", why, "https://api.example.com/v1/models");
  }
}
