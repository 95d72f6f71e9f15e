package dev.pale.gateway.http;

/** How the end of a body is known (RFC 9112, section 6). */
public sealed interface Framing {
  /** There is no body. */
  record None() implements Framing {}

  /**
   * So many bytes.
   *
   * @param bytes 0 or more
   */
  record Length(long bytes) implements Framing {}

  /** {@code Transfer-Encoding: chunked}. */
  record Chunked() implements Framing {}

  /** Up to the end of the connection: responses only. */
  record UntilClose() implements Framing {}

  /** No body. */
  Framing NONE = new None();

  /** Chunks. */
  Framing CHUNKED = new Chunked();

  /** To the end of the connection. */
  Framing UNTIL_CLOSE = new UntilClose();
}
