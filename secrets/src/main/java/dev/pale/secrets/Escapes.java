package dev.pale.secrets;

/**
 * Recognises terminal escape sequences (ECMA-48, 5th edition, sections 5.3 to 5.6, 7-bit forms, and
 * xterm's operating system commands that end in BEL), one byte at a time.
 */
final class Escapes {
  static final byte ESC = 0x1b;

  /** Not inside a sequence; as an answer: the sequence is complete. */
  static final int TEXT = 0;

  /** After the escape character. */
  static final int BEGUN = 1;

  private static final int CONTROL = 2;
  private static final int INTERMEDIATE = 3;
  private static final int STRING = 4;
  private static final int STRING_END = 5;

  /** Not a sequence; the byte does not belong to it. */
  static final int BAD = -1;

  /** Not a sequence; the escape character before this byte begins another one. */
  static final int AGAIN = -2;

  private Escapes() {}

  /** The state after a byte, {@link #TEXT} when it completes the sequence. */
  static int step(int state, byte b) {
    return switch (state) {
      case BEGUN -> begun(b);
      case CONTROL -> b >= 0x20 && b <= 0x3f ? CONTROL : b >= 0x40 && b <= 0x7e ? TEXT : BAD;
      case INTERMEDIATE ->
          b >= 0x20 && b <= 0x2f ? INTERMEDIATE : b >= 0x30 && b <= 0x7e ? TEXT : BAD;
      case STRING -> string(b);
      default -> b == '\\' ? TEXT : AGAIN;
    };
  }

  private static int begun(byte b) {
    return switch (b) {
      case '[' -> CONTROL;
      case ']', 'P', '_', '^', 'X' -> STRING;
      default -> b >= 0x20 && b <= 0x2f ? INTERMEDIATE : b >= 0x30 && b <= 0x7e ? TEXT : BAD;
    };
  }

  private static int string(byte b) {
    if (b == 0x07) {
      return TEXT;
    }
    if (b == ESC) {
      return STRING_END;
    }
    // Bytes above 0x7f are negative here, and belong to the string.
    return b >= 0 && b < 0x20 && b != '\t' ? BAD : STRING;
  }
}
