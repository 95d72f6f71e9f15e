package dev.pale.gateway.name;

import dev.pale.gateway.refusal.Refusal;

/**
 * Whom a request is for: one host and one port. Equal authorities are the same destination.
 *
 * @param host the host
 * @param port 1 to 65535
 */
public record Authority(HostName host, int port) {
  /** Refuses a port outside of 1 to 65535 with {@link IllegalArgumentException}. */
  public Authority {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("not a port");
    }
  }

  /**
   * Reads {@code host}, {@code host:port} or {@code [IPv6 address]:port}. A port is 1 to 65535 in
   * decimal digits without sign, blank or leading zero; a colon without a port is refused.
   *
   * @param text as a client sends it, for instance in {@code Host} or as the target of CONNECT
   * @param defaultPort the port when none is given; 0 when one must be given
   * @throws Refusal 400 {@code bad-host} or {@code bad-authority}
   */
  public static Authority parse(String text, int defaultPort) {
    int hostEnd;
    HostName host;
    if (text.startsWith("[")) {
      int bracket = text.indexOf(']');
      if (bracket < 0) {
        throw bad("the bracket around the address is not closed");
      }
      host = HostName.parse(text.substring(1, bracket));
      if (host.text().indexOf(':') < 0) {
        throw bad("only an IPv6 address stands in brackets");
      }
      hostEnd = bracket + 1;
    } else {
      int colon = text.indexOf(':');
      hostEnd = colon < 0 ? text.length() : colon;
      host = HostName.parse(text.substring(0, hostEnd));
    }
    if (hostEnd == text.length()) {
      if (defaultPort == 0) {
        throw bad("the port is missing");
      }
      return new Authority(host, defaultPort);
    }
    if (text.charAt(hostEnd) != ':') {
      throw bad("text follows the address in brackets");
    }
    return new Authority(host, port(text, hostEnd + 1));
  }

  private static int port(String text, int from) {
    int digits = text.length() - from;
    if (digits < 1 || digits > 5 || text.charAt(from) == '0') {
      throw bad("the port is no number from 1 to 65535");
    }
    int port = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        throw bad("the port is no number from 1 to 65535");
      }
      port = port * 10 + c - '0';
    }
    if (port > 65535) {
      throw bad("the port is no number from 1 to 65535");
    }
    return port;
  }

  private static Refusal bad(String problem) {
    return Refusal.of(400, "bad-authority", problem, "send host:port");
  }

  /** {@code host:port}, an IPv6 address in brackets. */
  @Override
  public String toString() {
    return (host.text().indexOf(':') >= 0 ? "[" + host.text() + "]" : host.text()) + ":" + port;
  }
}
