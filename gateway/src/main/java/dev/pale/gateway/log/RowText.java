package dev.pale.gateway.log;

import java.util.Arrays;
import java.util.List;

/**
 * A row as bytes: one JSON object in ASCII, in a slot that is long enough for what is known at the
 * end, filled with spaces, with a line feed at its end.
 *
 * <pre>
 * {"n":7,"time":…,"path":"/v1/x",…,"state":"open"}                    LF
 * {"n":7,"time":…,"path":"/v1/x",…,"state":"done","status":200,…}     LF
 * </pre>
 *
 * <p>Everything before {@code ,"state":} stays as it was; these bytes cannot stand inside a JSON
 * string, so a row that was half overwritten when the process died can be read up to there.
 *
 * <p>Not thread-safe; kept by the ticket until the row is finished.
 */
final class RowText {
  /** What begins the part that changes. */
  static final String STATE = ",\"state\":\"";

  /** What begins the part that the chain does not cover. */
  static final String CHAIN = ",\"chain\":\"";

  /** How much of a chain value is written, in hexadecimal digits: 128 of its 256 bits. */
  static final int CHAIN_DIGITS = 32;

  /** The longest row, with its line feed. */
  static final int LONGEST = 6144;

  private static final int NUMBER_BYTES = 24;

  /**
   * The part that changes, at its longest, but for what a code has beyond {@link #CODE_BYTES}. It
   * is short because each byte of a row costs time: the kernel hands out memory by the page.
   */
  private static final int TAIL_BYTES = 280;

  private static final int CODE_BYTES = 44;
  private static final int PATH_BYTES = 1024;
  private static final int LIST_BYTES = 1024;
  private static final long MOST_BYTES = 999_999_999_999_999L;
  private static final long MOST_FOUND = 9_999_999_999L;
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private byte[] bytes;

  /** The first byte of the row: in front of it is room for the number. */
  private int from = NUMBER_BYTES;

  private int at = NUMBER_BYTES;
  private int tail;
  private int end;

  RowText(Start start, long millis) {
    bytes = new byte[NUMBER_BYTES + 256 + TAIL_BYTES + start.path().length()];
    raw(",\"time\":\"");
    Rfc3339.write(millis, bytes, at);
    at += Rfc3339.LENGTH;
    raw("\",\"client\":");
    string(start.client(), 64);
    raw(",\"scheme\":");
    string(start.scheme(), 16);
    raw(",\"host\":");
    string(start.authority(), 300);
    raw(",\"method\":");
    string(start.method(), 40);
    raw(",\"path\":");
    string(start.path(), PATH_BYTES);
    raw(",\"rule\":");
    string(start.rule(), 200);
    raw(",\"secrets\":");
    strings(start.secrets());
    raw(",\"slots\":");
    strings(start.slots());
    tail = at;
    raw(STATE);
    raw("open\"}");
    end = tail + TAIL_BYTES;
    room(end + 1 - at);
    Arrays.fill(bytes, at, end, (byte) ' ');
    bytes[end] = '\n';
  }

  /** Length of the slot for a number: rows do not change their length. */
  int length(long n) {
    return end + 1 - NUMBER_BYTES + 5 + digits(n);
  }

  /** Puts the number in front. */
  void number(long n) {
    long rest = n;
    int i = NUMBER_BYTES;
    do {
      bytes[--i] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
    from = i - 5;
    bytes[from] = '{';
    bytes[from + 1] = '"';
    bytes[from + 2] = 'n';
    bytes[from + 3] = '"';
    bytes[from + 4] = ':';
  }

  private static int digits(long n) {
    int digits = 1;
    for (long rest = n; rest >= 10; rest /= 10) {
      digits++;
    }
    return digits;
  }

  byte[] bytes() {
    return bytes;
  }

  /** First byte of the row in {@link #bytes}. */
  int from() {
    return from;
  }

  /** Where the part that changes begins. */
  int tail() {
    return tail;
  }

  /** Where the four letters of the state are. */
  int state() {
    return tail + STATE.length();
  }

  /** After the line feed. */
  int end() {
    return end + 1;
  }

  /** Replaces the part that changes, up to what {@link #chain} adds. */
  void finish(
      RowState state,
      boolean left,
      String code,
      boolean alarm,
      int status,
      long upBytes,
      long downBytes,
      long found,
      long micros,
      long completed) {
    at = tail;
    raw(STATE);
    raw(state.text());
    raw("\"");
    if (left) {
      raw(",\"left\":true");
    }
    if (!code.isEmpty()) {
      raw(",\"code\":");
      string(code, CODE_BYTES);
    }
    if (alarm) {
      raw(",\"alarm\":true");
    }
    if (status > 0) {
      raw(",\"status\":");
      decimal(status);
    }
    raw(",\"up_bytes\":");
    decimal(Math.min(upBytes, MOST_BYTES));
    raw(",\"down_bytes\":");
    decimal(Math.min(downBytes, MOST_BYTES));
    raw(",\"found\":");
    decimal(Math.min(found, MOST_FOUND));
    raw(",\"ms\":");
    decimal(Math.min(micros / 1000, MOST_FOUND));
    raw(".");
    long fraction = micros % 1000;
    bytes[at++] = (byte) ('0' + fraction / 100);
    bytes[at++] = (byte) ('0' + fraction / 10 % 10);
    bytes[at++] = (byte) ('0' + fraction % 10);
    raw(",\"k\":");
    decimal(completed);
  }

  /** Where what {@link #finish} wrote ends, which is what the chain covers. */
  int covered() {
    return at;
  }

  /** Adds the beginning of the chain's value and fills the slot. */
  void chain(byte[] hash) {
    raw(CHAIN);
    for (int i = 0; i < CHAIN_DIGITS / 2; i++) {
      bytes[at++] = HEX[(hash[i] >> 4) & 15];
      bytes[at++] = HEX[hash[i] & 15];
    }
    raw("\"}");
    if (at > end) {
      throw new IllegalStateException("the slot of a row is too short");
    }
    Arrays.fill(bytes, at, end, (byte) ' ');
  }

  private void room(int count) {
    if (count > bytes.length - at) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, at + count));
    }
  }

  @SuppressWarnings("deprecation") // It is the one way without a copy, and exact for ASCII.
  private void raw(String ascii) {
    int length = ascii.length();
    room(length);
    ascii.getBytes(0, length, bytes, at);
    at += length;
  }

  private void decimal(long number) {
    long rest = Math.max(number, 0);
    int n = digits(rest);
    room(n);
    at += n;
    int i = at;
    do {
      bytes[--i] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
  }

  private void strings(List<String> texts) {
    int until = at + LIST_BYTES;
    raw("[");
    for (int i = 0; i < texts.size(); i++) {
      raw(i == 0 ? "" : ",");
      if (at > until) {
        raw("\"\\u2026\"");
        break;
      }
      string(texts.get(i), 256);
    }
    raw("]");
  }

  /** A JSON string of at most so many bytes between its quotation marks, and a mark of its cut. */
  private void string(String text, int most) {
    room(Math.min(most, 6 * text.length()) + 16);
    bytes[at++] = '"';
    int limit = at + most;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = c >= ' ' && c < 0x7f && c != '"' && c != '\\';
      if (at + (plain ? 1 : 6) > limit) {
        raw("\\u2026");
        break;
      }
      if (plain) {
        bytes[at++] = (byte) c;
      } else if (c == '"' || c == '\\') {
        bytes[at++] = '\\';
        bytes[at++] = (byte) c;
      } else {
        bytes[at++] = '\\';
        bytes[at++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
          bytes[at++] = HEX[(c >> shift) & 15];
        }
      }
    }
    room(1);
    bytes[at++] = '"';
  }
}
