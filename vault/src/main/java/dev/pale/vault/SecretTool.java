package dev.pale.vault;

import dev.pale.crypto.Keys;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * libsecret's program {@code secret-tool}, through which Pale speaks to the Secret Service.
 *
 * <p>A program rather than a library in this process: whatever the bus, the service or its prompt
 * does, the program can be ended when its time is over. Values go through pipes, never on the
 * command line; libsecret encrypts them on the bus. Only folders of the system are looked at for
 * it, because it is handed a key.
 *
 * <p>Thread-safe.
 */
final class SecretTool {
  /** More than any answer that is of use; more is not kept. */
  private static final int MOST_BYTES = 8192;

  private static final List<String> FOLDERS =
      List.of("/usr/bin", "/bin", "/usr/local/bin", "/run/current-system/sw/bin");
  private static final List<String> HANDED_ON = List.of("HOME", "XDG_RUNTIME_DIR", "USER");

  private final Path program;
  private final String bus;

  private SecretTool(Path program, String bus) {
    this.program = program;
    this.bus = bus;
  }

  /**
   * How a call ended.
   *
   * <p>No record: {@code out} may be a key. Closing wipes it.
   */
  static final class Answer implements AutoCloseable {
    private final int status;
    private final byte[] out;
    private final String complaint;

    private Answer(int status, byte[] out, String complaint) {
      this.status = status;
      this.out = out;
      this.complaint = complaint;
    }

    boolean succeeded() {
      return status == 0;
    }

    /** What it printed; wiped by {@link #close}. */
    byte[] out() {
      return out;
    }

    /** The first line on its standard error, printable characters only; may be empty. */
    String complaint() {
      return complaint;
    }

    @Override
    public void close() {
      Keys.wipe(out);
    }
  }

  /** That there is nothing to speak to, or that it did not answer in time. */
  static final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnavailableException(String why) {
      super(why);
    }

    /** Why, as the middle sentence of an error. */
    String why() {
      return String.valueOf(getMessage());
    }
  }

  /**
   * Finds the program and the session bus; starts nothing.
   *
   * @throws UnavailableException when one of them is not there
   */
  static SecretTool find(Map<String, String> environment) throws UnavailableException {
    // Without an address libsecret would start a bus of its own, where no keychain is.
    String bus =
        address(environment)
            .orElseThrow(
                () -> new UnavailableException("there is no session bus: not a desktop session"));
    for (String folder : FOLDERS) {
      Path program = Path.of(folder, "secret-tool");
      if (Files.isExecutable(program)) {
        return new SecretTool(program, bus);
      }
    }
    throw new UnavailableException(
        "secret-tool is not installed (Debian, Ubuntu: apt-get install libsecret-tools; Fedora,"
            + " Arch: libsecret)");
  }

  private static Optional<String> address(Map<String, String> environment) {
    String named = environment.getOrDefault("DBUS_SESSION_BUS_ADDRESS", "");
    if (!named.isEmpty()) {
      return Optional.of(named);
    }
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    if (!runtime.isEmpty() && Files.exists(Path.of(runtime, "bus"))) {
      return Optional.of("unix:path=" + runtime + "/bus");
    }
    return Optional.empty();
  }

  /**
   * Calls the program and waits for its end.
   *
   * @param input what it reads; not changed
   * @param millis after this time it is killed
   * @throws UnavailableException when it cannot be started or did not end in time
   */
  Answer call(byte[] input, long millis, String... arguments) throws UnavailableException {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(new File("/"));
    builder.environment().keySet().retainAll(HANDED_ON);
    builder.environment().put("DBUS_SESSION_BUS_ADDRESS", bus);
    builder.environment().put("LC_ALL", "C.UTF-8");
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UnavailableException(program + " does not start");
    }
    Drain out = Drain.of(process.getInputStream());
    Drain err = Drain.of(process.getErrorStream());
    boolean ended = false;
    try {
      try (OutputStream in = process.getOutputStream()) {
        in.write(input);
      } catch (IOException e) {
        // It ended without reading; its status tells.
      }
      ended =
          process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS)
              && out.ended(end)
              && err.ended(end);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (!ended) {
        process.destroyForcibly();
        out.wipe();
      }
    }
    if (!ended) {
      throw new UnavailableException("it did not answer within " + seconds(millis));
    }
    return new Answer(process.exitValue(), out.take(), firstLine(err.take()));
  }

  private static String seconds(long millis) {
    return millis < 1000 ? millis + " ms" : millis / 1000 + " s";
  }

  private static String firstLine(byte[] text) {
    StringBuilder line = new StringBuilder();
    String whole = new String(text, StandardCharsets.UTF_8).strip();
    for (int i = 0; i < whole.length() && i < 160 && whole.charAt(i) != '\n'; i++) {
      char c = whole.charAt(i);
      line.append(c >= ' ' && c < 127 ? c : '?');
    }
    return line.toString();
  }

  /** Reads a stream in a thread of its own, so that a writer that never ends blocks nobody. */
  private static final class Drain {
    private final byte[] bytes = new byte[MOST_BYTES];
    private final Thread thread;
    private int length;

    private Drain(InputStream in) {
      thread = Thread.ofPlatform().daemon().name("secret-tool").unstarted(() -> fill(in));
    }

    static Drain of(InputStream in) {
      Drain drain = new Drain(in);
      drain.thread.start();
      return drain;
    }

    private void fill(InputStream in) {
      byte[] rest = new byte[256];
      try (in) {
        for (int n; (n = in.read(rest)) >= 0; ) {
          keep(rest, n);
        }
      } catch (IOException e) {
        // The process was ended: what came until then is all there is.
      } finally {
        Keys.wipe(rest);
      }
    }

    private synchronized void keep(byte[] more, int count) {
      int kept = Math.min(count, bytes.length - length);
      System.arraycopy(more, 0, bytes, length, kept);
      length += kept;
    }

    /** Waits until everything was read; false when that takes beyond this nano time. */
    boolean ended(long end) throws InterruptedException {
      thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
      return !thread.isAlive();
    }

    synchronized byte[] take() {
      byte[] all = java.util.Arrays.copyOf(bytes, length);
      wipe();
      return all;
    }

    synchronized void wipe() {
      Keys.wipe(bytes);
    }
  }
}
