package dev.pale.gateway.redact;

import dev.pale.secrets.Out;

/**
 * Takes one content coding away, piece by piece, in constant memory. What it lets out is what the
 * coding means; what it cannot read it refuses and never lets out as it is.
 */
abstract sealed class Decoder permits InflatingDecoder, TwoDecoders {
  /**
   * The next bytes.
   *
   * @throws dev.pale.gateway.refusal.Refusal 502 {@code undecodable-response}
   */
  abstract void write(byte[] b, int off, int len, Out sink);

  /**
   * The body has ended.
   *
   * @throws dev.pale.gateway.refusal.Refusal 502 when it is cut short
   */
  abstract void finish(Out sink);

  /** Begins anew. */
  abstract void reset();

  /** Frees what is held outside the heap. */
  abstract void close();
}
