package dev.pale.providers.spi;

import dev.pale.secrets.SecretValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Starts programs for providers that need one ({@code gpg}, {@code op}, the user's own).
 *
 * <p>Programs are found on the caller's PATH with its relative and empty parts left out, never in
 * the current folder. Nothing secret goes on a command line.
 */
public interface Programs {
  /** A program by its name on the PATH; error 608 when it is not there. */
  Path find(String name);

  /**
   * Runs a program to its end.
   *
   * @param command the program's path and its arguments; nothing secret
   * @param extra variables beside the caller's, for credentials
   * @param input what it reads; wiped by the caller
   * @param limit after which it and its children are killed
   * @param maxBytes of output, beyond which it is killed
   * @throws dev.pale.secrets.PaleException 609 when it cannot be started, takes too long or prints
   *     too much
   */
  Result run(
      List<String> command,
      Map<String, SecretValue> extra,
      byte[] input,
      Duration limit,
      int maxBytes);

  /** What a program left. Not printed: both streams may hold values. Closing wipes them. */
  final class Result implements AutoCloseable {
    private final int status;
    private final byte[] output;
    private final byte[] errors;

    /** Takes ownership of the arrays. */
    public Result(int status, byte[] output, byte[] errors) {
      this.status = status;
      this.output = output;
      this.errors = errors;
    }

    /** The exit status; 128+N for signal N. */
    public int status() {
      return status;
    }

    /** What it wrote to standard output; its own array. */
    public byte[] output() {
      return output;
    }

    /** What it wrote to standard error, at most 64 KiB; never shown as it is. */
    public byte[] errors() {
      return errors;
    }

    @Override
    public void close() {
      java.util.Arrays.fill(output, (byte) 0);
      java.util.Arrays.fill(errors, (byte) 0);
    }
  }
}
