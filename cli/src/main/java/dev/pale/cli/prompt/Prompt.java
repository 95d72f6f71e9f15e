package dev.pale.cli.prompt;

import dev.pale.cli.context.Context;
import dev.pale.cli.screen.Screen;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Asks a person. The question goes to standard error, the answer comes from standard input; when
 * either is no terminal nothing is asked and error 133 says what to pass instead.
 *
 * <p>Not thread-safe.
 */
public final class Prompt {
  private static final int MAX_LINE = 4096;

  private final Context context;
  private final Echo echo;

  /** Questions at the terminal of this context. */
  public Prompt(Context context, Echo echo) {
    this.context = context;
    this.echo = echo;
  }

  /** Whether there is a person to ask. Agents are not asked: nobody reads their terminal. */
  public boolean canAsk() {
    return context.terminal().canAsk() && !context.isAgent();
  }

  /**
   * Asks for yes or no; only {@code y} and {@code yes} are yes.
   *
   * @param instead what to pass when nobody can be asked, for the error's mend
   */
  public boolean confirm(String question, String instead) {
    String answer = line(question + " [y/N] ", instead).toLowerCase(Locale.ROOT);
    return answer.equals("y") || answer.equals("yes");
  }

  /** Asks for a line of text, shown while typed; trimmed. An end of input is an empty answer. */
  public String line(String question, String instead) {
    require(question, instead);
    say(question);
    StringBuilder answer = new StringBuilder();
    byte[] bytes = new byte[MAX_LINE];
    int length = 0;
    int c = read();
    while (c != -1 && c != '\n' && length < MAX_LINE) {
      bytes[length++] = (byte) c;
      c = read();
    }
    if (c == -1) {
      say("\n");
    }
    answer.append(new String(bytes, 0, length, StandardCharsets.UTF_8));
    return answer.toString().strip();
  }

  /**
   * Asks for a value that is not shown. Several pasted lines are taken whole where the terminal
   * marks pastes; no limit of the terminal's line applies.
   *
   * @param label what the value is printed as
   * @return the bytes as typed, without the final Enter; may be empty
   */
  public SecretValue hidden(String label, String question, String instead) {
    require(question, instead);
    // Echo goes off first: what is typed or pasted as soon as the question appears is not shown.
    Echo.Off off = echo.off();
    try {
      say(question);
      say(HiddenLine.PASTE_MARKS_ON);
      return new HiddenLine(context.in()).read(label);
    } finally {
      say(HiddenLine.PASTE_MARKS_OFF + "\r\n");
      off.close();
    }
  }

  /** Asks twice for a new passphrase, until both are the same; error 146 after three attempts. */
  public SecretValue newPassphrase(String question, String instead) {
    for (int i = 0; i < 3; i++) {
      SecretValue first = hidden("passphrase", question, instead);
      if (first.length() == 0) {
        first.close();
        context.err().println("an empty passphrase protects nothing");
        continue;
      }
      try (SecretValue second = hidden("passphrase", "the same again: ", instead)) {
        if (first.equals(second)) {
          return first;
        }
      }
      first.close();
      context.err().println("the two are not the same");
    }
    throw PaleException.of(146, "no passphrase was set", "three attempts", "start again");
  }

  private void require(String question, String instead) {
    if (!canAsk()) {
      throw PaleException.usage(
          133,
          "there is nobody to ask: " + bare(question),
          context.isAgent()
              ? "a coding agent (" + context.agent() + ") is not asked"
              : "standard input or standard error is not a terminal",
          instead);
    }
  }

  /** The question without what belongs to its answer. */
  private static String bare(String question) {
    String text = question.replace("[y/N]", "").strip();
    return text.endsWith(":") ? text.substring(0, text.length() - 1) : text;
  }

  private int read() {
    try {
      return context.in().read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void say(String text) {
    int newline = text.endsWith("\n") ? 1 : 0;
    context
        .err()
        .print(
            text.startsWith("\u001b")
                ? text
                : Screen.escaped(text.substring(0, text.length() - newline))
                    + "\n".repeat(newline));
    context.err().flush();
  }
}
