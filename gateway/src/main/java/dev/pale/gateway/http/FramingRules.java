package dev.pale.gateway.http;

import org.jspecify.annotations.Nullable;

/**
 * Where a body ends (RFC 9112, section 6.3), without any of the leniency that section allows: where
 * two readers could differ there is no framing but a refusal.
 */
final class FramingRules {
  private FramingRules() {}

  static Framing ofRequest(String method, int minorVersion, FieldSection fields) {
    Framing framing = declared(minorVersion, fields, Speaker.CLIENT);
    if (framing == null) {
      return Framing.NONE;
    }
    if (method.equals("CONNECT")
        && !(framing instanceof Framing.Length length && length.bytes() == 0)) {
      throw Speaker.CLIENT.malformed("connect-with-body", "CONNECT with a body");
    }
    return framing;
  }

  static Framing ofResponse(
      String requestMethod, int status, int minorVersion, FieldSection fields) {
    Framing framing = declared(minorVersion, fields, Speaker.SERVER);
    if (status < 200
        || status == 204
        || status == 304
        || requestMethod.equals("HEAD")
        || (requestMethod.equals("CONNECT") && status < 300)) {
      return Framing.NONE;
    }
    return framing == null ? Framing.UNTIL_CLOSE : framing;
  }

  private static @Nullable Framing declared(
      int minorVersion, FieldSection fields, Speaker speaker) {
    String coding = fields.coding;
    String length = fields.length;
    if (coding != null) {
      if (minorVersion == 0) {
        throw speaker.malformed(
            "transfer-encoding-in-http10", "Transfer-Encoding in an HTTP/1.0 message");
      }
      if (length != null) {
        throw speaker.malformed(
            "length-and-transfer-encoding", "both Content-Length and Transfer-Encoding");
      }
      if (fields.codings > 1) {
        throw speaker.malformed(
            "duplicate-transfer-encoding", "more than one Transfer-Encoding field");
      }
      checkCoding(coding, speaker);
      return Framing.CHUNKED;
    }
    if (length == null) {
      return null;
    }
    if (fields.lengths > 1) {
      throw speaker.malformed("duplicate-content-length", "more than one Content-Length field");
    }
    return new Framing.Length(length(length, speaker));
  }

  /**
   * The name of the coding has no case by the RFC, but behind a request stand servers of all kinds,
   * and one that overlooks {@code Chunked} would read the body as the next request.
   */
  private static void checkCoding(String coding, Speaker speaker) {
    boolean chunked =
        speaker == Speaker.CLIENT ? coding.equals("chunked") : coding.equalsIgnoreCase("chunked");
    if (!chunked) {
      throw speaker.refuse(
          501,
          "unknown-transfer-encoding",
          "a Transfer-Encoding other than exactly \"chunked\"",
          "");
    }
  }

  private static long length(String text, Speaker speaker) {
    if (text.indexOf(',') >= 0) {
      throw speaker.malformed("list-content-length", "a Content-Length that is a list");
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw speaker.malformed(
            "bad-content-length", "a Content-Length that is not made of digits only");
      }
      if (value > (Long.MAX_VALUE - digit) / 10) {
        throw speaker.malformed(
            "content-length-too-large", "a Content-Length that no count of bytes can reach");
      }
      value = value * 10 + digit;
    }
    if (text.isEmpty() || (text.length() > 1 && text.charAt(0) == '0')) {
      throw speaker.malformed(
          "bad-content-length", "a Content-Length that is empty or begins with a zero");
    }
    return value;
  }
}
