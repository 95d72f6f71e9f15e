package dev.pale.gateway.trust;

import dev.pale.gateway.trust.Outcome.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Which runtimes this machine has, and the proof for each that it trusts the gateway and goes
 * through it: a real program makes one request for a host that exists nowhere else, and what the
 * gateway saw of it is the diagnosis.
 *
 * <p>The gateway answers for every host under {@link #PROBE_DOMAIN} by itself: anything with status
 * 200 will do. The names end in {@code .invalid} (RFC 6761): a program that does not come to the
 * gateway reaches nobody.
 *
 * <p>Thread-safe: no state. Probes may run at the same time.
 */
public final class Runtimes {
  /** Hosts of probes are one label longer than this. */
  public static final String PROBE_DOMAIN = "doctor.pale.invalid";

  private static final Duration VERSION_TIMEOUT = Duration.ofSeconds(20);
  private static final int DETAIL_CHARACTERS = 400;
  private static final int DETAIL_LINES = 3;
  private static final long OUTPUT_BYTES = 64 << 10;
  private static final int SHELL_NOT_FOUND = 127;

  private static final Set<PosixFilePermission> OWNER_FOLDER =
      PosixFilePermissions.fromString("rwx------");

  private Runtimes() {}

  /**
   * The probes for what is found in the folders of {@code PATH}; nothing is run yet.
   *
   * @param environment the child's variables; {@code PATH} is read
   */
  public static List<Probe> found(Map<String, String> environment) {
    return new ProbeCatalogue(new ProgramFinder(environment.getOrDefault("PATH", ""))).probes();
  }

  /**
   * Runs a probe and waits for its end, at most its timeout.
   *
   * @param probe which
   * @param label a label of its own for this run: lower-case letters and digits, at most 63, hard
   *     to guess; the host asked for is {@code label.doctor.pale.invalid}
   * @param childEnvironment all variables of the child: the caller's, changed by {@link
   *     ChildVariables}
   * @param folder where a folder for the run may be made; it is removed at the end
   * @param sightings what the gateway saw
   */
  public static Outcome run(
      Probe probe,
      String label,
      Map<String, String> childEnvironment,
      Path folder,
      Sightings sightings) {
    String host = label + "." + PROBE_DOMAIN;
    long start = System.nanoTime();
    String version = "";
    Ended ended;
    try {
      Path work =
          Files.createTempDirectory(
              folder, "probe", PosixFilePermissions.asFileAttribute(OWNER_FOLDER));
      try {
        version = version(probe, childEnvironment, work);
        start = System.nanoTime();
        ended = request(probe, host, childEnvironment, work);
      } finally {
        remove(work);
      }
    } catch (IOException e) {
      ended = new Ended(SHELL_NOT_FOUND, false, String.valueOf(e.getMessage()));
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    Verdict verdict = judge(ended, host, sightings);
    boolean worked = verdict == Verdict.WORKED;
    return new Outcome(
        probe.runtime(),
        probe.program(),
        version,
        verdict,
        millis,
        worked ? "" : detail(ended.output(), token(childEnvironment)),
        mend(probe, verdict));
  }

  /** How a process ended. */
  private record Ended(int status, boolean late, String output) {}

  private static Verdict judge(Ended ended, String host, Sightings sightings) {
    if (sightings.requested(host)) {
      return Verdict.WORKED;
    }
    if (sightings.connected(host)) {
      return Verdict.NOT_TRUSTED;
    }
    if (ended.late()) {
      return Verdict.TIMED_OUT;
    }
    return ended.status() == Probe.ABSENT_STATUS || ended.status() == SHELL_NOT_FOUND
        ? Verdict.ABSENT
        : Verdict.NOT_THROUGH;
  }

  private static String mend(Probe probe, Verdict verdict) {
    return switch (verdict) {
      case WORKED, ABSENT -> "";
      case NOT_TRUSTED -> probe.trustMend();
      case NOT_THROUGH, TIMED_OUT -> probe.wayMend();
    };
  }

  private static Ended request(Probe probe, String host, Map<String, String> environment, Path work)
      throws IOException {
    String url = "https://" + host + "/probe";
    for (Map.Entry<String, String> file : probe.files().entrySet()) {
      Path path = work.resolve(file.getKey());
      Files.createDirectories(path.resolveSibling("."));
      Files.writeString(path, filled(file.getValue(), url, host, work));
    }
    List<String> command = new ArrayList<>();
    for (String part : probe.command()) {
      command.add(filled(part, url, host, work));
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    probe
        .variables()
        .forEach((name, value) -> builder.environment().put(name, filled(value, url, host, work)));
    return execute(builder, work, "output", probe.timeout());
  }

  private static String version(Probe probe, Map<String, String> environment, Path work)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(probe.versionCommand());
    builder.environment().clear();
    builder.environment().putAll(environment);
    for (String line : lines(execute(builder, work, "version", VERSION_TIMEOUT).output())) {
      for (int i = 0; i < line.length(); i++) {
        if (Character.isDigit(line.charAt(i))) {
          return line.length() > 80 ? line.substring(0, 80) : line;
        }
      }
    }
    return "";
  }

  private static Ended execute(
      ProcessBuilder builder, Path work, String outputName, Duration timeout) throws IOException {
    Path output = work.resolve(outputName);
    Process process =
        builder
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(output.toFile())
            .start();
    boolean ended = false;
    try {
      ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    int status = ended ? process.exitValue() : -1;
    return new Ended(status, !ended, tail(output));
  }

  /** The end of what was printed. */
  private static String tail(Path file) throws IOException {
    try (var channel = Files.newByteChannel(file)) {
      channel.position(Math.max(0, channel.size() - OUTPUT_BYTES));
      java.nio.ByteBuffer bytes = java.nio.ByteBuffer.allocate((int) OUTPUT_BYTES);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
      return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }
  }

  private static String filled(String text, String url, String host, Path work) {
    return text.replace("{url}", url).replace("{host}", host).replace("{folder}", work.toString());
  }

  private static List<String> lines(String output) {
    List<String> kept = new ArrayList<>();
    for (String line : output.split("\n", -1)) {
      String plain = printable(line).strip();
      // The JVM says so at each start, with the options that are ours.
      if (!plain.isEmpty() && !plain.startsWith("Picked up ")) {
        kept.add(plain);
      }
    }
    return kept;
  }

  private static String detail(String output, String token) {
    List<String> lines = lines(token.isEmpty() ? output : output.replace(token, "…"));
    String text =
        String.join(" / ", lines.subList(Math.max(0, lines.size() - DETAIL_LINES), lines.size()));
    return text.length() > DETAIL_CHARACTERS ? text.substring(0, DETAIL_CHARACTERS) : text;
  }

  /** Without control characters and the colours that Maven prints even into a file. */
  private static String printable(String line) {
    StringBuilder out = new StringBuilder(line.length());
    int at = 0;
    while (at < line.length()) {
      char c = line.charAt(at++);
      if (c == '\u001b' && at < line.length() && line.charAt(at) == '[') {
        at++;
        while (at < line.length() && !Character.isLetter(line.charAt(at))) {
          at++;
        }
        at++;
      } else {
        out.append(Character.isISOControl(c) ? ' ' : c);
      }
    }
    return out.toString();
  }

  /** The password in the address of the gateway; empty when there is none. */
  private static String token(Map<String, String> environment) {
    String url = environment.getOrDefault("HTTPS_PROXY", "");
    int at = url.lastIndexOf('@');
    int colon = at < 0 ? -1 : url.lastIndexOf(':', at);
    return colon < "https://".length() ? "" : url.substring(colon + 1, at);
  }

  private static void remove(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> walked = Files.walk(folder)) {
      all = walked.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all.reversed()) {
      // Go makes folders read-only.
      if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
        Files.setPosixFilePermissions(each, OWNER_FOLDER);
      }
    }
    for (Path each : all) {
      Files.deleteIfExists(each);
    }
  }
}
