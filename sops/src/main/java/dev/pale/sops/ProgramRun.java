package dev.pale.sops;

import dev.pale.secrets.PaleException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program to its end: one that the caller named or that keys of the caller need ({@code
 * gpg}). Never one that a file names.
 *
 * <p>Nothing secret is on its command line. What it prints is bounded and not shown. Its
 * environment is the caller's without what is Pale's own.
 */
final class ProgramRun {
  private static final int MAX_BYTES = 1 << 16;

  private ProgramRun() {}

  /**
   * How it ended.
   *
   * @param status the exit status
   * @param output of standard output; the caller wipes it
   * @param errors of standard error, to be searched for known words only
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on once and wiped, never compared.
  record Result(int status, byte[] output, byte[] errors) {}

  /**
   * Finds a program.
   *
   * @param name an absolute path, or a name to look for in the absolute folders of {@code PATH}:
   *     never in the current folder
   * @throws PaleException 498 when it is not there
   */
  static Path find(String name, KeySurroundings around) {
    if (name.startsWith("/")) {
      Path program = Path.of(name);
      if (Files.isExecutable(program) && Files.isRegularFile(program)) {
        return program;
      }
    } else if (name.indexOf('/') < 0 && !name.isEmpty()) {
      for (String folder : around.variable("PATH").split(":", -1)) {
        if (folder.startsWith("/")) {
          Path program = Path.of(folder).resolve(name);
          if (Files.isExecutable(program) && Files.isRegularFile(program)) {
            return program;
          }
        }
      }
    }
    throw PaleException.of(
        498,
        "the program that opens this key is not there",
        name.indexOf('/') > 0
            ? "it is named by a relative path"
            : "no absolute folder of PATH has it",
        "install it, or name it by an absolute path");
  }

  /** Runs it; error 498 when it cannot be started, takes too long or prints too much. */
  static Result run(
      List<String> command,
      KeySurroundings around,
      Map<String, String> extra,
      byte[] input,
      int limitSeconds) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(around.cwd().toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    around
        .environment()
        .forEach((name, value) -> {
          if (!name.startsWith("PALE_")) {
            environment.put(name, value);
          }
        });
    environment.putAll(extra);
    if (input.length == 0) {
      builder.redirectInput(new File("/dev/null"));
    }
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw failed("it cannot be started");
    }
    Collector output = new Collector(process.getInputStream());
    Collector errors = new Collector(process.getErrorStream());
    try {
      Thread.ofVirtual().start(output);
      Thread.ofVirtual().start(errors);
      if (input.length > 0) {
        try (OutputStream to = process.getOutputStream()) {
          to.write(input);
        } catch (IOException readerGone) {
          // Its status tells why it did not want the rest.
        }
      }
      if (!process.waitFor(limitSeconds, TimeUnit.SECONDS)) {
        throw failed("it took longer than " + limitSeconds + " s");
      }
      return new Result(process.exitValue(), output.all(), errors.all());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("it was interrupted");
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      output.wipe();
      errors.wipe();
    }
  }

  private static PaleException failed(String why) {
    return PaleException.of(498, "the program that opens this key failed", why, "");
  }

  /** Reads a stream to its end, keeping what fits. */
  private static final class Collector implements Runnable {
    private final InputStream in;
    private final byte[] room = new byte[MAX_BYTES];
    private final java.util.concurrent.CountDownLatch done =
        new java.util.concurrent.CountDownLatch(1);
    private int length;
    private boolean tooLong;

    Collector(InputStream in) {
      this.in = in;
    }

    @Override
    public void run() {
      try (in) {
        length = in.readNBytes(room, 0, room.length);
        tooLong = in.read() >= 0;
        byte[] rest = new byte[4096];
        while (in.read(rest) > 0) {
          // Only so that the program does not wait for a reader.
        }
        Arrays.fill(rest, (byte) 0);
      } catch (IOException ended) {
        // What was read stands.
      } finally {
        done.countDown();
      }
    }

    byte[] all() throws InterruptedException {
      // A child of the program may hold the stream open for ever.
      if (!done.await(10, TimeUnit.SECONDS) || tooLong) {
        throw failed("it printed more than " + MAX_BYTES + " bytes, or did not end");
      }
      return Arrays.copyOf(room, length);
    }

    void wipe() {
      Arrays.fill(room, (byte) 0);
    }
  }
}
