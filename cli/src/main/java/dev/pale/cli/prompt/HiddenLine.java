package dev.pale.cli.prompt;

import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Reads a value from a terminal whose echo and line editing are off.
 *
 * <p>The bytes live in one array that is wiped when it grows and at the end.
 */
final class HiddenLine {
  /**
   * Bracketed paste: the terminal wraps what is pasted in marks. Source: xterm control sequences.
   */
  static final String PASTE_MARKS_ON = "\u001b[?2004h";

  static final String PASTE_MARKS_OFF = "\u001b[?2004l";
  private static final byte[] PASTE_BEGIN = {0x1b, '[', '2', '0', '0', '~'};
  private static final byte[] PASTE_END = {0x1b, '[', '2', '0', '1', '~'};

  private static final int ERASE = 0x7f;
  private static final int BACKSPACE = 0x08;
  private static final int KILL_LINE = 0x15;
  private static final int END_OF_INPUT = 0x04;
  private static final int INTERRUPT = 0x03;

  private final InputStream in;
  private byte[] bytes = new byte[256];
  private int length;

  HiddenLine(InputStream in) {
    this.in = in;
  }

  SecretValue read(String label) {
    boolean pasting = false;
    try {
      for (int c = in.read(); c != -1; c = in.read()) {
        if (!pasting && (c == '\n' || c == '\r' || c == END_OF_INPUT)) {
          break;
        }
        if (!pasting && c == INTERRUPT) {
          throw PaleException.of(151, "interrupted", "", "");
        }
        if (!pasting && (c == ERASE || c == BACKSPACE)) {
          eraseCharacter();
        } else if (!pasting && c == KILL_LINE) {
          erase(0);
        } else {
          append(pasting && c == '\r' ? '\n' : c);
          if (c == '~' && endsWith(PASTE_BEGIN)) {
            erase(length - PASTE_BEGIN.length);
            pasting = true;
          } else if (c == '~' && endsWith(PASTE_END)) {
            erase(length - PASTE_END.length);
            pasting = false;
          }
        }
      }
      return SecretValue.owning(label, Arrays.copyOf(bytes, length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private void append(int c) {
    if (length == bytes.length) {
      byte[] larger = Arrays.copyOf(bytes, length * 2);
      Arrays.fill(bytes, (byte) 0);
      bytes = larger;
    }
    bytes[length++] = (byte) c;
  }

  /** One character is one byte, or in UTF-8 a lead byte with its continuation bytes. */
  private void eraseCharacter() {
    int at = length;
    while (at > 0 && (bytes[at - 1] & 0xc0) == 0x80) {
      at--;
    }
    erase(Math.max(0, at - 1));
  }

  private void erase(int newLength) {
    Arrays.fill(bytes, newLength, length, (byte) 0);
    length = newLength;
  }

  private boolean endsWith(byte[] mark) {
    return length >= mark.length
        && Arrays.equals(bytes, length - mark.length, length, mark, 0, mark.length);
  }
}
