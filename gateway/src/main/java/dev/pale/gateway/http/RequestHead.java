package dev.pale.gateway.http;

/**
 * The head of a request, as the strict parser let it through: exactly what will be sent on but for
 * the slots that the gateway fills.
 *
 * @param method a token, as it came: {@code GET}
 * @param form which form the target has
 * @param target the request target byte for byte (ISO-8859-1): {@code /v1/x?y=1}, {@code
 *     http://host/x}, {@code host:443}
 * @param minorVersion 0 or 1 of HTTP/1
 * @param headers all fields
 * @param framing how the body ends
 */
public record RequestHead(
    String method, Form form, String target, int minorVersion, Headers headers, Framing framing) {
  /** The form of a request target (RFC 9112, section 3.2). */
  public enum Form {
    /** A path: {@code /x}. */
    ORIGIN,
    /** A whole URL. */
    ABSOLUTE,
    /** {@code host:port}, for CONNECT. */
    AUTHORITY,
    /** {@code *}, for OPTIONS. */
    ASTERISK
  }

  /** The path before the question mark, of an origin-form target. */
  public String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /** What follows the question mark; empty when there is none. */
  public String query() {
    int query = target.indexOf('?');
    return query < 0 ? "" : target.substring(query + 1);
  }

  /** The same request with another target, for an absolute form that was taken apart. */
  public RequestHead withTarget(Form newForm, String newTarget) {
    return new RequestHead(method, newForm, newTarget, minorVersion, headers, framing);
  }

  /** Whether the client lets the connection be used again. */
  public boolean keepsAlive() {
    return !headers.hasToken("connection", "close")
        && (minorVersion == 1 || headers.hasToken("connection", "keep-alive"));
  }

  /** Method and number of fields: a target may hold anything. */
  @Override
  public String toString() {
    return method + " (" + headers.size() + " fields)";
  }
}
