package dev.pale.formats.export;

import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.OutputStream;
import java.util.SortedMap;
import java.util.random.RandomGenerator;

/**
 * Writes values in a format that other programs read.
 *
 * <p>All or nothing: every value is checked before the first byte is written. Thread-safe: no
 * state.
 */
public final class Exports {
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
      OutputStream out) {}
}
