package dev.pale.gateway.http;

/**
 * The head of a response.
 *
 * @param status 100 to 599
 * @param reason the reason phrase, may be empty
 * @param minorVersion 0 or 1 of HTTP/1
 * @param headers all fields
 * @param framing how the body ends, with regard to the request's method and the status
 */
public record ResponseHead(
    int status, String reason, int minorVersion, Headers headers, Framing framing) {
  /** Whether the server lets the connection be used again. */
  public boolean keepsAlive() {
    return !(framing instanceof Framing.UntilClose)
        && !headers.hasToken("connection", "close")
        && (minorVersion == 1 || headers.hasToken("connection", "keep-alive"));
  }

  /** The status alone. */
  @Override
  public String toString() {
    return status + " (" + headers.size() + " fields)";
  }
}
