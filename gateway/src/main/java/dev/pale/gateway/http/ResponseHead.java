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
  /**
   * Whether the server lets the connection be used again. Not behind a 204 that announces a body:
   * nobody knows whether it sends one.
   */
  public boolean keepsAlive() {
    return !(framing instanceof Framing.UntilClose)
        && !(status == 204 && announcesBody())
        && !headers.hasToken("connection", "close")
        && (minorVersion == 1 || headers.hasToken("connection", "keep-alive"));
  }

  private boolean announcesBody() {
    String length = headers.first("content-length");
    return (length != null && !length.equals("0")) || headers.first("transfer-encoding") != null;
  }

  /** The status alone. */
  @Override
  public String toString() {
    return status + " (" + headers.size() + " fields)";
  }
}
