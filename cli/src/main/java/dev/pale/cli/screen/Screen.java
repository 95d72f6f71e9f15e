package dev.pale.cli.screen;

import dev.pale.cli.context.Context;
import dev.pale.cli.context.Errors;
import dev.pale.formats.json.JsonWriter;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * Writes results: data to standard output as tables or JSON, remarks to standard error.
 *
 * <p>Every text is escaped here, so that no name, comment or path from a file can steer a terminal.
 * Colour is used only on a terminal, and not with {@code --no-color}, {@code NO_COLOR}, {@code
 * TERM=dumb} or {@code CLICOLOR=0}.
 *
 * <p>Not thread-safe.
 */
public final class Screen {
  private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private final PrintStream out;
  private final PrintStream err;
  private final boolean json;
  private final boolean colourOut;
  private final boolean colourErr;

  private Screen(Context context, boolean json, boolean colour) {
    this.out = context.out();
    this.err = context.err();
    this.json = json;
    this.colourOut = colour && context.terminal().output();
    this.colourErr = colour && context.terminal().error();
  }

  /** The screen of a call. */
  public static Screen of(Context context, boolean json, boolean noColour) {
    boolean colour =
        !noColour
            && context.variable("NO_COLOR").isEmpty()
            && !context.variable("TERM").equals("dumb")
            && !context.variable("CLICOLOR").equals("0");
    return new Screen(context, json, colour);
  }

  /** Whether results are wanted as JSON. */
  public boolean json() {
    return json;
  }

  /** Prints one JSON document on standard output. */
  public void document(JsonWriter document) {
    out.print(document);
    out.print('\n');
    out.flush();
  }

  /** Prints a table on standard output; {@code whenEmpty} goes to standard error instead. */
  public void table(List<String> header, List<List<String>> rows, String whenEmpty) {
    if (rows.isEmpty()) {
      remark(whenEmpty);
      return;
    }
    out.print(Table.render(header, rows, colourOut));
    out.flush();
  }

  /** Prints a line of requested data on standard output. */
  public void line(String text) {
    out.print(escaped(text));
    out.print('\n');
    out.flush();
  }

  /** Says something to a person: standard error, silent with {@code --json}. */
  public void remark(String text) {
    if (!json) {
      always(text);
    }
  }

  /** Warns a person: standard error, also with {@code --json}. */
  public void warning(String text) {
    err.print(colourErr ? "\u001b[33mpale: warning:\u001b[0m " : "pale: warning: ");
    always(text);
  }

  /** Says something on standard error whatever the mode; newlines are kept. */
  public void always(String text) {
    for (String line : text.split("\n", -1)) {
      err.print(escaped(line));
      err.print('\n');
    }
    err.flush();
  }

  /** Text that no terminal obeys. */
  public static String escaped(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    Errors.escape(safe, text);
    return safe.toString();
  }

  /** A time for people, in their zone. */
  public static String time(Instant at) {
    return LOCAL.format(at.atZone(ZoneId.systemDefault()));
  }

  /** {@code 1 secret}, {@code 2 secrets}. */
  public static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
