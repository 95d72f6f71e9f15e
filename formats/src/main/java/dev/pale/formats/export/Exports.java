package dev.pale.formats.export;

import dev.pale.formats.text.StrictText;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.random.RandomGenerator;

/**
 * Writes values in a format that other programs read.
 *
 * <p>All or nothing: every value is checked before the first byte is written. Thread-safe: no
 * state.
 */
public final class Exports {
  /** The longest line that docker's reader takes, with its line feed. */
  private static final int DOCKER_LINE_BYTES = 65_535;

  private Exports() {}

  /**
   * Writes all values.
   *
   * @param random picks the delimiters of {@link ExportFormat#GITHUB}; a {@link
   *     java.security.SecureRandom} outside of tests
   * @param out gets the bytes; not closed, not flushed
   * @throws dev.pale.secrets.PaleException 440 when the format cannot express a value; the error
   *     names the secret
   * @throws java.io.UncheckedIOException when {@code out} fails
   */
  public static void write(
      ExportFormat format,
      SortedMap<SecretName, SecretValue> values,
      RandomGenerator random,
      OutputStream out) {
    for (Map.Entry<SecretName, SecretValue> entry : values.entrySet()) {
      String obstacle = obstacle(format, entry.getKey(), bytes(entry));
      if (!obstacle.isEmpty()) {
        throw PaleException.of(
            440,
            "secret " + entry.getKey() + " cannot be written as " + format.text(),
            obstacle,
            mend(format, bytes(entry)));
      }
    }
    try {
      switch (format) {
        case DOTENV -> {
          for (Map.Entry<SecretName, SecretValue> entry : values.entrySet()) {
            DotenvWriter.write(entry.getKey(), bytes(entry), out);
          }
        }
        case JSON -> TextExports.json(values, out);
        case YAML -> TextExports.yaml(values, out);
        case SHELL -> {
          for (Map.Entry<SecretName, SecretValue> entry : values.entrySet()) {
            shell(entry.getKey(), bytes(entry), out);
          }
        }
        case GITHUB -> {
          for (Map.Entry<SecretName, SecretValue> entry : values.entrySet()) {
            github(entry.getKey(), bytes(entry), random, out);
          }
        }
        case DOCKER -> {
          for (Map.Entry<SecretName, SecretValue> entry : values.entrySet()) {
            ascii(entry.getKey() + "=", out);
            out.write(bytes(entry));
            out.write('\n');
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Why the format cannot hold the value, or nothing. */
  private static String obstacle(ExportFormat format, SecretName name, byte[] value) {
    if (has(value, (byte) 0)) {
      return "it holds a NUL byte";
    }
    boolean text =
        switch (format) {
          case DOTENV, YAML, SHELL -> true;
          case JSON, GITHUB, DOCKER -> isText(value);
        };
    if (!text) {
      return "it is not UTF-8 text";
    }
    boolean endsWithReturn = value.length > 0 && value[value.length - 1] == '\r';
    return switch (format) {
      case DOTENV, YAML, SHELL, JSON -> "";
      case GITHUB ->
          endsWithReturn ? "it ends with a carriage return, which some runners drop" : "";
      case DOCKER -> {
        if (has(value, (byte) '\n')) {
          yield "it has more than one line";
        }
        if (endsWithReturn) {
          yield "it ends with a carriage return, which docker drops";
        }
        boolean fits = value.length + name.text().length() + 2 <= DOCKER_LINE_BYTES;
        yield fits ? "" : "docker reads lines of less than 64 KiB only";
      }
    };
  }

  private static String mend(ExportFormat format, byte[] value) {
    if (has(value, (byte) 0)) {
      return "export it alone with 'pale get', or leave it out";
    }
    return format == ExportFormat.DOCKER
        ? "leave it out, or start the container with 'pale run -- docker run -e NAME …'"
        : "leave it out, or use --format shell or --format yaml";
  }

  private static boolean isText(byte[] value) {
    Optional<String> text = StrictText.decode(value);
    return text.isPresent();
  }

  /** {@code export NAME='…'}: between single quotes a shell leaves every byte as it is. */
  private static void shell(SecretName name, byte[] value, OutputStream out) throws IOException {
    ascii("export " + name + "='", out);
    int start = 0;
    for (int i = 0; i < value.length; i++) {
      if (value[i] == '\'') {
        out.write(value, start, i - start);
        ascii("'\\''", out);
        start = i + 1;
      }
    }
    out.write(value, start, value.length - start);
    ascii("'\n", out);
  }

  /** 128 random bits that do not occur in the value: nobody can end it early. */
  private static void github(
      SecretName name, byte[] value, RandomGenerator random, OutputStream out) throws IOException {
    String delimiter;
    do {
      delimiter = "pale_" + hex(random.nextLong()) + hex(random.nextLong());
    } while (occurs(delimiter, value));
    ascii(name + "<<" + delimiter + "\n", out);
    out.write(value);
    ascii("\n" + delimiter + "\n", out);
  }

  private static String hex(long number) {
    String digits = Long.toHexString(number);
    return "0".repeat(16 - digits.length()) + digits;
  }

  private static boolean occurs(String ascii, byte[] value) {
    for (int i = 0; i + ascii.length() <= value.length; i++) {
      int k = 0;
      while (k < ascii.length() && value[i + k] == ascii.charAt(k)) {
        k++;
      }
      if (k == ascii.length()) {
        return true;
      }
    }
    return false;
  }

  static void ascii(String text, OutputStream out) throws IOException {
    for (int i = 0; i < text.length(); i++) {
      out.write(text.charAt(i));
    }
  }

  static boolean has(byte[] value, byte wanted) {
    for (byte b : value) {
      if (b == wanted) {
        return true;
      }
    }
    return false;
  }

  static byte[] bytes(Map.Entry<SecretName, SecretValue> entry) {
    return entry.getValue().bytes(Reveal.EXPORT);
  }
}
