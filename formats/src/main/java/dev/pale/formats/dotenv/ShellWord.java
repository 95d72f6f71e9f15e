package dev.pale.formats.dotenv;

import java.util.Arrays;

/** One word of the shell's language with its quotes removed. Reused from word to word. */
final class ShellWord {
  private final byte[] in;
  private byte[] buffer = new byte[64];
  private int length;
  private int at;
  private boolean expands;
  private boolean executes;
  private boolean open;

  ShellWord(byte[] in) {
    this.in = in;
  }

  /** What the shell does with the last word; {@code ERROR} when a quote is never closed. */
  Reading.Kind outcome() {
    if (open) {
      return Reading.Kind.ERROR;
    }
    if (executes) {
      return Reading.Kind.EXECUTES;
    }
    return expands ? Reading.Kind.EXPANDS : Reading.Kind.VALUE;
  }

  /** The word's bytes; wipes what is kept here. */
  byte[] take() {
    byte[] value = Arrays.copyOf(buffer, length);
    Arrays.fill(buffer, 0, length, (byte) 0);
    length = 0;
    return value;
  }

  static boolean isOperator(int c) {
    return c == '&' || c == '|' || c == '<' || c == '>' || c == '(' || c == ')';
  }

  /**
   * Reads a word.
   *
   * @param start its first byte, after the {@code =} of an assignment
   * @param argument whether it is an argument of {@code export}: some shells expand patterns there
   * @return its end
   */
  int read(int start, boolean argument) {
    Arrays.fill(buffer, 0, length, (byte) 0);
    length = 0;
    at = start;
    expands = false;
    executes = false;
    open = false;
    while (!ends()) {
      int c = in[at];
      switch (c) {
        case '\'' -> single();
        case '"' -> doubled();
        case '\\' -> backslash();
        case '$' -> dollar(false);
        case '`' -> backtick();
        case '~' -> {
          expands |= at == start || in[at - 1] == ':';
          put(c);
        }
        case '*', '?', '[', '{' -> {
          expands |= argument;
          put(c);
        }
        default -> put(c);
      }
    }
    return at;
  }

  private boolean ends() {
    if (open || Bytes.isEndOfLine(in, at)) {
      return true;
    }
    int c = in[at];
    return Bytes.isBlank(c) || c == ';' || isOperator(c);
  }

  private void put(int c) {
    if (length == buffer.length) {
      byte[] larger = Arrays.copyOf(buffer, length * 2);
      Arrays.fill(buffer, (byte) 0);
      buffer = larger;
    }
    buffer[length++] = (byte) c;
    at++;
  }

  private void single() {
    at++;
    while (at < in.length && in[at] != '\'') {
      put(in[at]);
    }
    open = at >= in.length;
    at++;
  }

  private void doubled() {
    at++;
    while (at < in.length && in[at] != '"') {
      switch (in[at]) {
        case '\\' -> backslashInQuotes();
        case '$' -> dollar(true);
        case '`' -> backtick();
        default -> put(in[at]);
      }
    }
    open |= at >= in.length;
    at++;
  }

  private void backslash() {
    if (Bytes.at(in, at + 1) == '\n') {
      at += 2;
    } else if (at + 1 < in.length) {
      at++;
      put(in[at]);
    } else {
      put('\\');
    }
  }

  private void backslashInQuotes() {
    switch (Bytes.at(in, at + 1)) {
      case '\n' -> at += 2;
      case '$', '`', '"', '\\' -> {
        at++;
        put(in[at]);
      }
      default -> put('\\');
    }
  }

  private void dollar(boolean quoted) {
    int next = Bytes.at(in, at + 1);
    if (next == '(') {
      executes = true;
      parentheses();
      return;
    }
    boolean special = next > 0 && "{@*#?-$!".indexOf(next) >= 0;
    // bash reads $'…' and $"…" as quotes of their own, dash does not.
    boolean bashQuote = !quoted && (next == '\'' || next == '"');
    expands |= special || bashQuote || Bytes.isNamePart(next);
    if (next == '{') {
      braces();
      return;
    }
    put('$');
    if (next == '$' || next == '#') {
      put(next);
    }
  }

  /** Over {@code $(…)} by counting, with quotes; on one line at most when it does not end. */
  private void parentheses() {
    int depth = 0;
    int i = at + 1;
    while (i < in.length && in[i] != '\n') {
      int c = in[i];
      if (c == '(') {
        depth++;
      } else if (c == ')' && --depth == 0) {
        at = i + 1;
        return;
      } else if (c == '\\') {
        i++;
      }
      i++;
    }
    at = Math.min(i, in.length);
  }

  private void braces() {
    int i = at + 1;
    while (i < in.length && in[i] != '\n' && in[i] != '}') {
      i++;
    }
    executes |= hasCommand(at, i);
    at = i < in.length && in[i] == '}' ? i + 1 : i;
  }

  private boolean hasCommand(int from, int to) {
    for (int i = from; i < to; i++) {
      if (in[i] == '`' || (in[i] == '$' && Bytes.at(in, i + 1) == '(')) {
        return true;
      }
    }
    return false;
  }

  private void backtick() {
    executes = true;
    at++;
    while (at < in.length && in[at] != '`') {
      at += in[at] == '\\' ? 2 : 1;
    }
    open |= at >= in.length;
    at = Math.min(at + 1, in.length);
  }
}
