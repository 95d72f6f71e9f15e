package dev.pale.gateway.http;

import java.io.IOException;

/**
 * The body of one message, without its framing. Got from {@link HttpInput#body}; not thread-safe.
 *
 * <p>It takes no byte behind the end of its message from the connection's buffer.
 */
public interface BodyReader {
  /**
   * Reads some bytes, waiting for the first of them only: what the buffer holds is returned at
   * once.
   *
   * @return how many bytes were read, 0 only when {@code len} is 0; -1 at the end of the body
   * @throws java.io.EOFException when the connection ended before the body did
   * @throws dev.pale.gateway.refusal.Refusal for malformed chunks, after all bytes before them
   */
  int read(byte[] buf, int off, int len) throws IOException;

  /**
   * Whether the end of the body is known to have been reached: the next message may be read. May
   * already be true after the read that returned the last bytes.
   */
  boolean ended();

  /** The trailer fields of a chunked body that ended; otherwise no fields. */
  Headers trailers();

  /** How many body bytes at least can be read without waiting for the connection. */
  int available();
}
