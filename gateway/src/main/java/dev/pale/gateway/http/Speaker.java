package dev.pale.gateway.http;

import dev.pale.gateway.refusal.Refusal;

/**
 * Whose bytes are being read. The same oddity of a client is its own mistake, and of a server it is
 * a bad gateway: 502 and a code with {@code bad-response-} in front.
 */
enum Speaker {
  CLIENT,
  SERVER;

  /** Bytes that break the grammar, or that two readers could read in two ways. */
  Refusal malformed(String code, String reason) {
    return refuse(400, code, reason, "");
  }

  /** More than the limits allow. */
  Refusal tooLarge(String code, String reason) {
    return refuse(431, code, reason, "");
  }

  Refusal refuse(int status, String code, String reason, String mend) {
    return this == CLIENT
        ? Refusal.of(status, code, "the request cannot be read: " + reason, mend)
        : Refusal.of(
            502, "bad-response-" + code, "the server's answer cannot be read: " + reason, "");
  }

  /**
   * The refusal of a byte that may not stand where it stands.
   *
   * @param octet the byte
   * @param code of a byte that is no control character
   * @param reason of such a byte
   */
  Refusal odd(byte octet, String code, String reason) {
    return switch (octet) {
      case 0 -> malformed("nul-byte", "a NUL byte in the head");
      case '\r' -> malformed("bare-cr", "a carriage return that ends no line");
      case '\n' -> malformed("bare-lf", "a line ends with LF alone instead of CR LF");
      default ->
          (octet > 0 && octet < ' ' && octet != '\t') || octet == 0x7f
              ? malformed("control-character", "a control character in the head")
              : malformed(code, reason);
    };
  }
}
