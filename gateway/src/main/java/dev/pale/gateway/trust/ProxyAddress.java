package dev.pale.gateway.trust;

/**
 * Where a listener of the gateway is.
 *
 * @param host a literal address: {@code 127.0.0.1}
 * @param port 1 to 65535
 * @param token the credentials' password; empty where none are asked for
 */
public record ProxyAddress(String host, int port, String token) {
  /** {@code http://pale:TOKEN@127.0.0.1:8080}, or without credentials. */
  public String url() {
    return "http://" + (token.isEmpty() ? "" : "pale:" + token + "@") + host + ":" + port;
  }

  /** Without the token. */
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
