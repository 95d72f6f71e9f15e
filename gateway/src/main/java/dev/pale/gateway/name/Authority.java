package dev.pale.gateway.name;

/**
 * Whom a request is for: one host, one port, one scheme. Equal authorities are the same
 * destination.
 *
 * @param host the host
 * @param port 1 to 65535
 */
public record Authority(HostName host, int port) {
  /** {@code host:port}, an IPv6 address in brackets. */
  @Override
  public String toString() {
    return (host.text().indexOf(':') >= 0 ? "[" + host.text() + "]" : host.text()) + ":" + port;
  }
}
