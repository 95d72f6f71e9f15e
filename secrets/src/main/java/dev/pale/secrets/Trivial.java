package dev.pale.secrets;

import java.nio.charset.StandardCharsets;

/** Which values are not looked for, because ordinary output would be unreadable without them. */
final class Trivial {
  /** Words of at least {@link Automaton#SHORTEST} letters; shorter ones are too short anyway. */
  private static final byte[] WORDS =
      (" 0.0.0.0 127.0.0.1 admin@localhost application console default desktop develop development"
              + " disable disabled docker enable enabled example external github gitlab global"
              + " google http://localhost https://localhost internal kubernetes latest localhost"
              + " localhost:3000 localhost:5432 localhost:8000 localhost:8080 manual master"
              + " mariadb memory mongodb network number nothing object optional password postgres"
              + " postgresql prefer preview primary private prod-like production project public"
              + " release replica require required sandbox secret server service sqlite sqlite3"
              + " stable staging standard strict string system testing ubuntu undefined unknown"
              + " username verbose verify-full version warning website"
              + " us-east-1 us-east-2 us-west-1 us-west-2 eu-west-1 eu-west-2 eu-west-3"
              + " eu-central-1 eu-north-1 ap-south-1 ap-northeast-1 ap-southeast-1"
              + " ap-southeast-2 ca-central-1 sa-east-1 ")
          .getBytes(StandardCharsets.US_ASCII);

  private static final int SHORTEST_NUMBER = 8;

  private Trivial() {}

  /** Why the bytes are not looked for, or {@code null} when they are. */
  static Needles.@org.jspecify.annotations.Nullable Reason reason(byte[] v, int from, int to) {
    int length = to - from;
    if (length < Automaton.SHORTEST) {
      return Needles.Reason.TOO_SHORT;
    }
    boolean same = true;
    boolean number = length < SHORTEST_NUMBER;
    for (int i = from; i < to; i++) {
      byte b = v[i];
      same &= b == v[from];
      number &= (b >= '0' && b <= '9') || b == '.' || b == '-' || b == '+' || b == ',';
    }
    if (same) {
      return Needles.Reason.ONE_BYTE_REPEATED;
    }
    if (number) {
      return Needles.Reason.SHORT_NUMBER;
    }
    return isWord(v, from, to) ? Needles.Reason.COMMON_WORD : null;
  }

  private static boolean isWord(byte[] v, int from, int to) {
    int length = to - from;
    if (length > 24) {
      return false;
    }
    for (int at = 0; at + length + 1 < WORDS.length; at++) {
      if (WORDS[at] == ' ' && WORDS[at + length + 1] == ' ' && equalsWord(v, from, to, at + 1)) {
        return true;
      }
    }
    return false;
  }

  private static boolean equalsWord(byte[] v, int from, int to, int at) {
    for (int i = from; i < to; i++) {
      byte b = v[i];
      int lower = b >= 'A' && b <= 'Z' ? b + 32 : b;
      if (lower == ' ' || lower != WORDS[at + i - from]) {
        return false;
      }
    }
    return true;
  }
}
