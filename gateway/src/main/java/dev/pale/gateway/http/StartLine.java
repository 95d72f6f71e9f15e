package dev.pale.gateway.http;

import dev.pale.gateway.http.RequestHead.Form;
import dev.pale.gateway.refusal.Refusal;
import java.nio.charset.StandardCharsets;

/** Takes a request line or a status line apart (RFC 9112, sections 3 and 4). */
final class StartLine {
  String method = "";
  String target = "";
  Form form = Form.ORIGIN;
  int minorVersion;
  int status;
  String reason = "";

  /**
   * {@code METHOD SP TARGET SP HTTP/1.x}.
   *
   * @param end the index behind the line, without its CR LF
   */
  void request(byte[] buf, int from, int end) {
    int space = from;
    while (space < end && Octets.isToken(buf[space])) {
      space++;
    }
    if (space == from || space == end || buf[space] != ' ') {
      throw space == end
          ? badLine()
          : Speaker.CLIENT.odd(buf[space], "bad-method", "the method is no token");
    }
    method = KnownWords.text(buf, from, space - from);
    int start = space + 1;
    int at = start;
    while (at < end && Octets.isTarget(buf[at])) {
      at++;
    }
    if (at == end || buf[at] != ' ') {
      throw at == end ? badLine() : badTarget(buf[at]);
    }
    if (at == start) {
      throw badLine();
    }
    requestVersion(buf, at + 1, end);
    target = new String(buf, start, at - start, StandardCharsets.ISO_8859_1);
    form = formOf(method, target);
  }

  private void requestVersion(byte[] buf, int from, int end) {
    int minor = version(buf, from, end);
    if (minor == 0 || minor == 1) {
      minorVersion = minor;
      return;
    }
    if (minor == OTHER) {
      throw method.equals("PRI")
          ? Speaker.CLIENT.refuse(
              505,
              "http2-preface",
              "HTTP/2 without being asked for it",
              "use HTTP/1.1 here, for instance curl --http1.1")
          : Speaker.CLIENT.refuse(
              505, "unsupported-version", "neither HTTP/1.0 nor HTTP/1.1", "use HTTP/1.1");
    }
    for (int i = from; i < end; i++) {
      if (buf[i] == ' ') {
        throw Speaker.CLIENT.malformed(
            "space-in-target", "a blank inside the request target or behind the version");
      }
    }
    for (int i = from; i < end; i++) {
      if (!Octets.isToken(buf[i]) && buf[i] != '/') {
        throw Speaker.CLIENT.odd(buf[i], "bad-version", "the HTTP version cannot be read");
      }
    }
    throw Speaker.CLIENT.malformed("bad-version", "the HTTP version cannot be read");
  }

  private static final int OTHER = 2;
  private static final int NO_VERSION = -1;

  /** The minor version of HTTP/1, {@link #OTHER} for another version, or {@link #NO_VERSION}. */
  private static int version(byte[] buf, int from, int end) {
    int length = end - from;
    if (length < 6
        || buf[from] != 'H'
        || buf[from + 1] != 'T'
        || buf[from + 2] != 'T'
        || buf[from + 3] != 'P'
        || buf[from + 4] != '/'
        || !Octets.isDigit(buf[from + 5])) {
      return NO_VERSION;
    }
    if (length == 6) {
      return OTHER;
    }
    if (length != 8 || buf[from + 6] != '.' || !Octets.isDigit(buf[from + 7])) {
      return NO_VERSION;
    }
    return buf[from + 5] == '1' && buf[from + 7] <= '1' ? buf[from + 7] - '0' : OTHER;
  }

  private static Refusal badLine() {
    return Speaker.CLIENT.malformed(
        "bad-request-line", "the request line is not a method, a target and a version");
  }

  private static Refusal badTarget(byte octet) {
    if (octet == '#') {
      return Speaker.CLIENT.malformed(
          "fragment-in-target", "the request target has a fragment (#), which is never sent");
    }
    if (octet < 0) {
      return Speaker.CLIENT.malformed(
          "non-ascii-target", "the request target has bytes that are not ASCII");
    }
    return octet == '\r'
        ? Speaker.CLIENT.odd(octet, "", "")
        : Speaker.CLIENT.malformed(
            "control-in-target", "the request target has a control character");
  }

  private static Form formOf(String method, String target) {
    if (method.equals("CONNECT")) {
      if (!isHostAndPort(target)) {
        throw Speaker.CLIENT.malformed(
            "bad-connect-target", "the target of CONNECT is not host:port");
      }
      return Form.AUTHORITY;
    }
    if (target.charAt(0) == '/') {
      return Form.ORIGIN;
    }
    if (target.equals("*") && method.equals("OPTIONS")) {
      return Form.ASTERISK;
    }
    int scheme =
        target.regionMatches(true, 0, "http://", 0, 7)
            ? 7
            : target.regionMatches(true, 0, "https://", 0, 8) ? 8 : 0;
    if (scheme == 0
        || target.length() == scheme
        || target.charAt(scheme) == '/'
        || target.charAt(scheme) == '?') {
      throw Speaker.CLIENT.malformed(
          "bad-target", "the request target is neither a path nor an http URL");
    }
    return Form.ABSOLUTE;
  }

  /** Only the outline: {@code Authority} judges the host. */
  private static boolean isHostAndPort(String target) {
    int colon = target.lastIndexOf(':');
    if (colon < 1 || colon == target.length() - 1 || target.length() - colon > 6) {
      return false;
    }
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c == '/' || c == '?' || c == '@' || c == '\\' || (i > colon && (c < '0' || c > '9'))) {
        return false;
      }
    }
    return true;
  }

  /** {@code HTTP/1.x SP 3DIGIT [SP reason]}. */
  void response(byte[] buf, int from, int end) {
    int versionEnd = from;
    while (versionEnd < end && buf[versionEnd] != ' ') {
      versionEnd++;
    }
    int minor = version(buf, from, versionEnd);
    if (minor != 0 && minor != 1) {
      throw minor == OTHER
          ? Speaker.SERVER.malformed("unsupported-version", "neither HTTP/1.0 nor HTTP/1.1")
          : Speaker.SERVER.malformed("status-line", "the status line cannot be read");
    }
    int digits = versionEnd + 1;
    if (end - digits < 3
        || buf[digits] < '1'
        || buf[digits] > '5'
        || !Octets.isDigit(buf[digits + 1])
        || !Octets.isDigit(buf[digits + 2])
        || (end - digits > 3 && buf[digits + 3] != ' ')) {
      throw Speaker.SERVER.malformed("status", "the status is not a number from 100 to 599");
    }
    int start = Math.min(digits + 4, end);
    for (int i = start; i < end; i++) {
      if (!Octets.isValue(buf[i])) {
        throw Speaker.SERVER.odd(
            buf[i], "control-character", "a control character in the status line");
      }
    }
    minorVersion = minor;
    status = (buf[digits] - '0') * 100 + (buf[digits + 1] - '0') * 10 + buf[digits + 2] - '0';
    reason = new String(buf, start, end - start, StandardCharsets.ISO_8859_1);
  }
}
