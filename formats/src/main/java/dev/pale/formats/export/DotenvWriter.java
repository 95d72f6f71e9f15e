package dev.pale.formats.export;

import dev.pale.secrets.SecretName;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Chooses for each value the quoting that most readers understand alike; {@code docs/dotenv.md}
 * tells which readers get which.
 */
final class DotenvWriter {
  private DotenvWriter() {}

  static void write(SecretName name, byte[] value, OutputStream out) throws IOException {
    Exports.ascii(name + "=", out);
    if (isPlain(value)) {
      out.write(value);
    } else if (fitsSingleQuotes(value)) {
      quoted('\'', value, out);
    } else if (fitsDoubleQuotes(value)) {
      quoted('"', value, out);
    } else {
      escaped(value, out);
    }
    out.write('\n');
  }

  private static void quoted(char quote, byte[] value, OutputStream out) throws IOException {
    out.write(quote);
    out.write(value);
    out.write(quote);
  }

  /** Letters, digits and signs that mean nothing anywhere: all dialects agree without quotes. */
  private static boolean isPlain(byte[] value) {
    for (byte c : value) {
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || (c > 0 && "_-./:@%+,=".indexOf(c) >= 0);
      if (!plain) {
        return false;
      }
    }
    return true;
  }

  /**
   * Literal for shell, dotenv, node and Pale; dotenv takes a backslash before the end for an
   * escape.
   */
  private static boolean fitsSingleQuotes(byte[] value) {
    return !Exports.has(value, (byte) '\'')
        && (value.length == 0 || value[value.length - 1] != '\\');
  }

  /** Nothing in it that any reader would unescape or expand. */
  private static boolean fitsDoubleQuotes(byte[] value) {
    for (byte c : value) {
      if (c == '"' || c == '\\' || c == '$' || c == '`') {
        return false;
      }
    }
    return true;
  }

  /** Read alike by Pale and by shells. */
  private static void escaped(byte[] value, OutputStream out) throws IOException {
    out.write('"');
    for (byte c : value) {
      if (c == '"' || c == '\\' || c == '$' || c == '`') {
        out.write('\\');
      }
      out.write(c);
    }
    out.write('"');
  }
}
