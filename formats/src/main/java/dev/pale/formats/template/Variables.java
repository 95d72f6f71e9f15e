package dev.pale.formats.template;

import dev.pale.secrets.PaleException;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Variables inside references: {@code op://$APP_ENV/db/password}, {@code ${APP_ENV}}, {@code
 * ${APP_ENV:-dev}}; {@code $$} stands for one dollar sign.
 *
 * <p>A reference is sent to a store and recorded, and the text may come from somebody else's
 * repository: so a variable whose name says that it holds a credential is refused, and so is a
 * value with characters that would change the reference's form. What a variable holds is not read
 * again for variables.
 *
 * <p>Thread-safe: no state.
 */
public final class Variables {
  private static final int MAX_VALUE = 256;
  private static final String[] CREDENTIALS = {
    "SECRET",
    "TOKEN",
    "PASS",
    "COOKIE",
    "DSN",
    "_PAT",
    "PRIVATE",
    "CREDENTIAL",
    "APIKEY",
    "KEY",
    "PWD",
    "AUTH"
  };

  private Variables() {}

  /**
   * Replaces the variables.
   *
   * @param variable gives a variable's value; empty when it is not set
   * @param where for errors: {@code app.tpl:3:7}
   * @throws PaleException 653 for a variable that is not set, 654 for one that must not be used
   */
  public static String expand(String written, UnaryOperator<String> variable, String where) {
    if (written.indexOf('$') < 0) {
      return written;
    }
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < written.length()) {
      char c = written.charAt(i);
      if (c != '$') {
        out.append(c);
        i++;
        continue;
      }
      if (i + 1 < written.length() && written.charAt(i + 1) == '$') {
        out.append('$');
        i += 2;
        continue;
      }
      boolean braced = i + 1 < written.length() && written.charAt(i + 1) == '{';
      int from = braced ? i + 2 : i + 1;
      int to = from;
      while (to < written.length() && isName(written.charAt(to), to == from)) {
        to++;
      }
      String name = written.substring(from, to);
      String otherwise = "";
      i = to;
      if (braced) {
        int close = written.indexOf('}', to);
        String rest = close < 0 ? "?" : written.substring(to, close);
        if (!rest.isEmpty() && !rest.startsWith(":-")) {
          throw malformed(where);
        }
        otherwise = rest.isEmpty() ? "" : rest.substring(2);
        i = close + 1;
      }
      if (name.isEmpty()) {
        throw malformed(where);
      }
      out.append(value(name, otherwise, variable, where));
    }
    return out.toString();
  }

  private static String value(
      String name, String otherwise, UnaryOperator<String> variable, String where) {
    String upper = name.toUpperCase(Locale.ROOT);
    for (String credential : CREDENTIALS) {
      if (upper.contains(credential)) {
        throw PaleException.of(
            654,
            where + ": variable " + name + " is not put into a reference",
            "its name says that it holds a credential, and a reference is sent to a store and"
                + " recorded",
            "use a variable such as APP_ENV that names a place");
      }
    }
    String set = variable.apply(name);
    String value = set.isEmpty() ? otherwise : set;
    if (value.isEmpty()) {
      throw PaleException.of(
          653,
          where + ": variable " + name + " of a reference is not set",
          "",
          "set it, for instance " + name + "=dev, or write ${" + name + ":-dev}");
    }
    boolean plain = value.length() <= MAX_VALUE && !value.contains("..");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      plain &= Character.isLetterOrDigit(c) || "-_./@ ".indexOf(c) >= 0;
    }
    if (!plain) {
      throw PaleException.of(
          654,
          where + ": variable " + name + " is not put into a reference",
          "a variable in a reference holds letters, digits, blanks and - _ . / @, at most "
              + MAX_VALUE
              + " characters",
          "check " + name);
    }
    return value;
  }

  private static PaleException malformed(String where) {
    return PaleException.of(
        651,
        where + ": a variable of the reference is not written as one",
        "",
        "write $NAME, ${NAME} or ${NAME:-default}, and $$ for a dollar sign");
  }

  /** The end of the variable that starts here, in a bare reference; {@code from} when none does. */
  static int end(byte[] in, int from) {
    int i = from + 1;
    if (i < in.length && in[i] == '$') {
      return i + 1;
    }
    boolean braced = i < in.length && in[i] == '{';
    i += braced ? 1 : 0;
    int name = i;
    while (i < in.length && isName((char) (in[i] & 0xff), i == name)) {
      i++;
    }
    if (i == name) {
      return from;
    }
    if (!braced) {
      return i;
    }
    while (i < in.length && in[i] != '}' && in[i] > ' ' && i - name < MAX_VALUE) {
      i++;
    }
    return i < in.length && in[i] == '}' ? i + 1 : from;
  }

  private static boolean isName(char c, boolean first) {
    boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
    return letter || (!first && c >= '0' && c <= '9');
  }
}
