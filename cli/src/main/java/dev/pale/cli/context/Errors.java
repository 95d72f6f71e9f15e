package dev.pale.cli.context;

import dev.pale.secrets.PaleException;
import dev.pale.system.Folders;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.function.ToIntFunction;

/**
 * Tells a failure to the user and maps it to an exit status.
 *
 * <p>The text form:
 *
 * <pre>
 * pale: what happened  [PALE-104]
 *   why
 *   mend: what to do
 * </pre>
 *
 * <p>The JSON form is one line with the same parts: {@code
 * {"error":{"code":"PALE-104","message":…,"why":…,"mend":…,"exit":1}}}.
 *
 * <p>An exception that is not a {@link PaleException} becomes {@code PALE-900}. Its message is
 * never printed, because it may hold a value; with {@code --debug} its class and the places of its
 * stack are.
 *
 * <p>Thread-safe: stateless.
 */
public final class Errors {
  /** Done. */
  public static final int OK = 0;

  /** Failed. */
  public static final int FAILED = 1;

  /** Called wrongly. */
  public static final int USAGE = 2;

  /** {@code run} failed itself; the child was not started. */
  public static final int NOT_STARTED = 125;

  private Errors() {}

  /** How failures of one call are told. */
  public record Style(boolean json, boolean debug) {}

  /**
   * Prints a failure to stderr and returns the exit status: 2 for wrong usage, else {@code
   * failureStatus}.
   *
   * @param failureStatus {@link #FAILED}, or {@link #NOT_STARTED} for {@code run}
   */
  public static int report(PrintStream err, Throwable failure, Style style, int failureStatus) {
    return report(err, failure, style, shown -> shown.isUsage() ? USAGE : failureStatus);
  }

  /** As above, for a command whose exit statuses follow another program's. */
  public static int report(
      PrintStream err, Throwable failure, Style style, ToIntFunction<PaleException> statuses) {
    PaleException shown =
        failure instanceof PaleException pale ? pale : unexpected(failure, style.debug());
    int status = statuses.applyAsInt(shown);
    StringBuilder text = new StringBuilder(256);
    if (style.json()) {
      json(text, shown, status);
    } else {
      plain(text, shown);
    }
    if (style.debug()) {
      trace(text, failure);
    }
    err.print(text);
    err.flush();
    return status;
  }

  private static PaleException unexpected(Throwable failure, boolean debug) {
    if (failure instanceof OutOfMemoryError) {
      return PaleException.of(
          901, "out of memory", "", "use fewer or smaller values, or give Pale more memory");
    }
    if (failure instanceof Folders.UnsafeFolderException) {
      // Its message is a path and a reason, both of our own making.
      return PaleException.of(
          217,
          "a folder of Pale is not safe",
          String.valueOf(failure.getMessage()),
          "make it yours alone: chown and chmod 700",
          failure);
    }
    if (failure instanceof UncheckedIOException io) {
      return PaleException.of(
          902,
          "reading or writing failed: " + causeOf(io),
          "",
          "check free space, and owner and mode of Pale's folders",
          failure);
    }
    return PaleException.of(
        900,
        "an error inside Pale: " + failure.getClass().getSimpleName(),
        "this is a fault of Pale, not yours",
        debug ? "" : "repeat the command with --debug and report what it prints");
  }

  /** The class alone: a message may name more than it should. */
  private static String causeOf(Throwable failure) {
    Throwable cause = failure.getCause();
    return (cause == null ? failure : cause).getClass().getSimpleName();
  }

  private static void plain(StringBuilder text, PaleException shown) {
    text.append("pale: ");
    escape(text, shown.what());
    text.append("  [").append(shown.codeText()).append("]\n");
    if (!shown.why().isEmpty()) {
      indented(text, shown.why());
    }
    if (!shown.mend().isEmpty()) {
      indented(text, "mend: " + shown.mend());
    }
  }

  private static void indented(StringBuilder text, String lines) {
    int from = 0;
    while (from <= lines.length()) {
      int to = lines.indexOf('\n', from);
      if (to < 0) {
        to = lines.length();
      }
      text.append("  ");
      escape(text, lines.substring(from, to));
      text.append('\n');
      from = to + 1;
    }
  }

  /**
   * Appends text with control characters made visible: names and paths come from files, and a
   * terminal would obey them.
   */
  public static void escape(StringBuilder out, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || (c >= 0x7f && c < 0xa0) || isDirection(c)) {
        out.append("\\u");
        hex(out, c);
      } else {
        out.append(c);
      }
    }
  }

  /** Characters that reorder or hide the text around them. */
  private static boolean isDirection(char c) {
    return (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0x200e
        || c == 0x200f
        || c == 0x2028
        || c == 0x2029
        || c == 0xfeff;
  }

  private static void json(StringBuilder text, PaleException shown, int status) {
    text.append("{\"error\":{\"code\":");
    quote(text, shown.codeText());
    text.append(",\"message\":");
    quote(text, shown.what());
    text.append(",\"why\":");
    quote(text, shown.why());
    text.append(",\"mend\":");
    quote(text, shown.mend());
    text.append(",\"exit\":").append(status).append("}}\n");
  }

  /** Appends a JSON string. */
  public static void quote(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c == '\n') {
        out.append("\\n");
      } else if (c < ' ' || (c >= 0x7f && c < 0xa0) || isDirection(c) || isLoneSurrogate(text, i)) {
        out.append("\\u");
        hex(out, c);
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  private static boolean isLoneSurrogate(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }

  private static void hex(StringBuilder out, char c) {
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.append("0123456789abcdef".charAt((c >> shift) & 15));
    }
  }

  /** Class names and places only: an exception's own message may hold a value. */
  private static void trace(StringBuilder text, Throwable failure) {
    Throwable at = failure;
    for (int depth = 0; at != null && depth < 8; depth++) {
      text.append(depth == 0 ? "  debug: " : "  caused by: ").append(at.getClass().getName());
      text.append('\n');
      for (StackTraceElement frame : at.getStackTrace()) {
        text.append("    at ").append(frame).append('\n');
      }
      at = at.getCause();
    }
  }
}
