package dev.pale.system;

/**
 * Which signals a process ignores and which it blocks, as bit sets: bit N-1 stands for signal N, as
 * in {@code SigIgn} and {@code SigBlk} of {@code /proc/self/status}.
 *
 * @param ignored signals whose disposition is to be ignored; all others are at their default
 * @param blocked signals that are held back
 */
public record SignalState(long ignored, long blocked) {
  /** Nothing ignored, nothing blocked. */
  public static final SignalState DEFAULT = new SignalState(0, 0);

  /**
   * A state from the hexadecimal text of {@code /proc/self/status}; empty texts mean none.
   *
   * @throws NumberFormatException when a text is not hexadecimal
   */
  public static SignalState ofHex(String ignored, String blocked) {
    return new SignalState(parse(ignored), parse(blocked));
  }

  /** Whether the signal of this number is ignored. */
  public boolean ignores(int signal) {
    return (ignored & (1L << (signal - 1))) != 0;
  }

  private static long parse(String hex) {
    return hex.isEmpty() ? 0 : Long.parseUnsignedLong(hex, 16);
  }
}
