package dev.pale.formats;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The real programs that read what Pale writes. */
public final class Programs {
  private Programs() {}

  /** The variables that a shell has after {@code . FILE}, without its own. */
  public static Map<String, byte[]> shell(String shell, Path file) {
    return run(
        List.of(
            "/usr/bin/env",
            "-i",
            shell,
            "-c",
            "set -a; . \"$0\"; exec /usr/bin/env -0",
            file.toString()));
  }

  /** The variables that node has after {@code --env-file}. */
  public static Map<String, byte[]> node(Path file) {
    return run(
        List.of(
            "/usr/bin/env",
            "-i",
            "/usr/bin/node",
            "--env-file=" + file,
            "-e",
            "for (const k in process.env) process.stdout.write(k + '=' + process.env[k] + '\\0')"));
  }

  private static Map<String, byte[]> run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      Map<String, byte[]> variables = new TreeMap<>();
      try (InputStream in = process.getInputStream()) {
        ByteArrayOutputStream one = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0; c = in.read()) {
          if (c != 0) {
            one.write(c);
          } else {
            add(variables, one.toByteArray());
            one.reset();
          }
        }
      }
      process.waitFor();
      variables.keySet().removeAll(List.of("PWD", "OLDPWD", "SHLVL", "_"));
      return variables;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void add(Map<String, byte[]> variables, byte[] assignment) {
    int sign = 0;
    while (assignment[sign] != '=') {
      sign++;
    }
    String name = new String(assignment, 0, sign, StandardCharsets.ISO_8859_1);
    byte[] value = new byte[assignment.length - sign - 1];
    System.arraycopy(assignment, sign + 1, value, 0, value.length);
    variables.put(name, value);
  }
}
