package dev.pale.gateway.http;

/**
 * How much of a head is read before it is refused.
 *
 * @param headBytes start line and fields together, with their line ends; also the limit of a
 *     chunked body's trailers and of its chunk extensions together; at least 256
 * @param headerCount how many fields; at least 1
 * @param lineBytes the longest single line without its line end; at least 64
 */
public record Limits(int headBytes, int headerCount, int lineBytes) {
  /** 64 KiB in at most 128 fields, 16 KiB a line: twice what common servers take. */
  public static final Limits DEFAULT = new Limits(65_536, 128, 16_384);

  /** Checks the floors. */
  public Limits {
    if (headBytes < 256 || headerCount < 1 || lineBytes < 64) {
      throw new IllegalArgumentException("limits below their floor");
    }
  }
}
