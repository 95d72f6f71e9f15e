package dev.pale.delivery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a shell script in which {@code $P} is {@link TestMain} in a virtual machine of its own. */
final class Script {
  private Script() {}

  record Result(int status, String out, String err) {}

  /** The command line of {@link TestMain}; no word of it has a space. */
  static String pale() {
    return String.join(
        " ",
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-XX:+DisableAttachMechanism",
            "-XX:-MaxFDLimit",
            "--enable-native-access=ALL-UNNAMED",
            "-Dpale.runtime=" + System.getProperty("pale.test.runtime", "/dev/shm/pale-test"),
            "-cp",
            System.getProperty("java.class.path"),
            TestMain.class.getName()));
  }

  static Result run(String script) throws IOException, InterruptedException {
    return run(script, Map.of());
  }

  static Result run(String script, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("pale", ".out");
    Path err = Files.createTempFile("pale", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder("sh", "-c", script)
              .redirectInput(new java.io.File("/dev/null"))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().put("P", pale());
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new AssertionError("the script did not end: " + Files.readString(out));
      }
      return new Result(
          process.exitValue(),
          new String(Files.readAllBytes(out), ISO_8859_1),
          new String(Files.readAllBytes(err), UTF_8));
    } finally {
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    }
  }
}
