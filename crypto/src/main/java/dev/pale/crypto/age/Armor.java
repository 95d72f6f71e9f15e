package dev.pale.crypto.age;

import dev.pale.crypto.CryptoException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The text form of an age file: strict PEM (RFC 7468) with lines of 64 characters. White space is
 * allowed before and after, nothing else, and nothing within.
 */
final class Armor {
  static final byte[] BEGIN =
      "-----BEGIN AGE ENCRYPTED FILE-----".getBytes(StandardCharsets.US_ASCII);
  static final byte[] END = "-----END AGE ENCRYPTED FILE-----".getBytes(StandardCharsets.US_ASCII);
  static final int COLUMNS = 64;
  static final int LINE_BYTES = COLUMNS / 4 * 3;

  /** White space before and after is skipped up to here: it must not be an endless file. */
  static final int MAX_BLANK = 4096;

  private static final byte[] DASHES = "-----".getBytes(StandardCharsets.US_ASCII);

  private Armor() {}

  /**
   * Whether the first thing that is not white space looks like the start of a text form. The stream
   * stays where it is.
   */
  static boolean isArmored(BufferedInputStream in) throws IOException {
    in.mark(MAX_BLANK + DASHES.length + 1);
    try {
      int blank = 0;
      int next = in.read();
      while (isBlank(next) && blank++ < MAX_BLANK) {
        next = in.read();
      }
      for (byte dash : DASHES) {
        if (next != dash) {
          return false;
        }
        next = in.read();
      }
      return true;
    } finally {
      in.reset();
    }
  }

  static boolean isBlank(int c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  static CryptoException malformed() {
    return new CryptoException(
        CryptoException.Kind.FORMAT, "the text form (armor) of an age file is damaged");
  }
}
