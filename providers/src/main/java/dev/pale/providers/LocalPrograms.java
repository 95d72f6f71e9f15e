package dev.pale.providers;

import dev.pale.providers.spi.Programs;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** {@link Programs} of this machine, started without a shell. Thread-safe. */
final class LocalPrograms implements Programs {
  private static final int MOST_ERROR_BYTES = 64 << 10;

  private final Map<String, String> environment;
  private final Path cwd;

  LocalPrograms(Map<String, String> environment, Path cwd) {
    this.environment = Map.copyOf(environment);
    this.cwd = cwd;
  }

  @Override
  public Path find(String name) {
    if (!name.isEmpty() && name.indexOf('/') < 0 && name.indexOf('\0') < 0) {
      for (String folder : environment.getOrDefault("PATH", "").split(":", -1)) {
        Path program = inside(folder, name);
        if (program != null && Files.isRegularFile(program) && Files.isExecutable(program)) {
          return program;
        }
      }
    }
    throw PaleException.of(
        608,
        "the program " + printable(name) + " is not there",
        "it is in no folder of PATH that is given with its full path",
        "install it; for a provider with credentials in the vault only the system's folders count");
  }

  private static @Nullable Path inside(String folder, String name) {
    if (!folder.startsWith("/")) {
      return null;
    }
    try {
      return Path.of(folder, name);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private static String printable(String name) {
    return name.matches("[A-Za-z0-9_.+-]{1,64}") ? name : "(a name that no program has)";
  }

  @Override
  public Result run(
      List<String> command,
      Map<String, SecretValue> extra,
      byte[] input,
      Duration limit,
      int maxBytes) {
    long end = System.nanoTime() + limit.toNanos();
    String name = String.valueOf(Path.of(command.getFirst()).getFileName());
    Process process = start(command, extra, name);
    Stream out = new Stream(process.getInputStream(), maxBytes, true, process);
    Stream err = new Stream(process.getErrorStream(), MOST_ERROR_BYTES, false, process);
    Thread feeder = Thread.ofVirtual().start(() -> feed(process, input));
    boolean done = false;
    try {
      boolean ended =
          process.waitFor(left(end), TimeUnit.NANOSECONDS) && out.ended(end) && err.ended(end);
      if (out.isTooMuch()) {
        throw failed(name, "it printed more than " + maxBytes + " bytes");
      }
      if (!ended) {
        throw failed(name, "it did not end within " + seconds(limit));
      }
      done = true;
      return new Result(process.exitValue(), out.take(), err.take());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(name, "it was given up");
    } finally {
      if (!done) {
        kill(process);
        out.wipe();
        err.wipe();
      }
      feeder.interrupt();
    }
  }

  private Process start(List<String> command, Map<String, SecretValue> extra, String name) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(cwd.toFile());
    Map<String, String> variables = builder.environment();
    variables.clear();
    try {
      variables.putAll(environment);
      extra.forEach((variable, value) ->
          variables.put(
              variable, new String(value.bytes(Reveal.CHILD_ENVIRONMENT), StandardCharsets.UTF_8)));
      return builder.start();
    } catch (IOException | IllegalArgumentException e) {
      // The text of either may quote the command or a variable.
      throw failed(name, "it cannot be started");
    } finally {
      extra.keySet().forEach(variables::remove);
    }
  }

  private static void feed(Process process, byte[] input) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(input);
    } catch (IOException e) {
      // It ended or closed its input without reading all; its status tells.
    }
  }

  /** Ends the program and what it started, also what that starts while it is being ended. */
  private static void kill(Process process) {
    List<ProcessHandle> below = process.descendants().toList();
    process.destroyForcibly();
    for (ProcessHandle each : below) {
      List<ProcessHandle> more = each.descendants().toList();
      each.destroyForcibly();
      more.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private static long left(long end) {
    return Math.max(0, end - System.nanoTime());
  }

  private static String seconds(Duration limit) {
    return limit.toMillis() < 1000 ? limit.toMillis() + " ms" : limit.toSeconds() + " s";
  }

  private static PaleException failed(String name, String why) {
    return PaleException.of(
        609, "the program " + printable(name) + " did not do its work", why, "");
  }

  /** Reads one stream in a thread of its own, up to a bound. */
  private static final class Stream {
    private final Thread thread;
    private final int most;
    private final boolean strict;
    private final AtomicBoolean tooMuch = new AtomicBoolean();
    private byte[] bytes = new byte[1024];
    private int length;

    Stream(InputStream in, int most, boolean strict, Process process) {
      this.most = most;
      this.strict = strict;
      thread = Thread.ofVirtual().start(() -> fill(in, process));
    }

    private void fill(InputStream in, Process process) {
      byte[] piece = new byte[8192];
      try (in) {
        for (int n; (n = in.read(piece)) >= 0; ) {
          if (!keep(piece, n) && strict) {
            tooMuch.set(true);
            kill(process);
            return;
          }
        }
      } catch (IOException e) {
        // The process was ended: what came until then is all there is.
      } finally {
        Arrays.fill(piece, (byte) 0);
      }
    }

    private synchronized boolean keep(byte[] piece, int count) {
      int kept = Math.min(count, most - length);
      if (length + kept > bytes.length) {
        byte[] outgrown = bytes;
        bytes = Arrays.copyOf(bytes, (int) Math.min(most, Math.max(length + kept, length * 2L)));
        Arrays.fill(outgrown, (byte) 0);
      }
      System.arraycopy(piece, 0, bytes, length, kept);
      length += kept;
      return kept == count;
    }

    boolean ended(long end) throws InterruptedException {
      return thread.join(Duration.ofNanos(Math.max(1, left(end))));
    }

    boolean isTooMuch() {
      return tooMuch.get();
    }

    synchronized byte[] take() {
      byte[] all = Arrays.copyOf(bytes, length);
      wipe();
      return all;
    }

    synchronized void wipe() {
      Arrays.fill(bytes, (byte) 0);
      length = 0;
    }
  }
}
