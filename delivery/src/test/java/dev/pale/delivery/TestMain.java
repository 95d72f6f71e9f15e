package dev.pale.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pale.secrets.Needles;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import dev.pale.system.Hardening;
import dev.pale.system.SignalState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Stands in for the command line: options {@code env:NAME=value}, {@code file:NAME=value}, {@code
 * fifo:NAME=value}, {@code big:NAME=bytes}, {@code mask:value}, {@code supervise}, {@code clean},
 * then {@code --} and the command.
 */
final class TestMain {
  private TestMain() {}

  public static void main(String[] args) {
    int status;
    try {
      status = run(args);
    } catch (PaleException e) {
      System.err.println("pale: " + e.what() + "  [" + e.codeText() + "]");
      System.err.println("  " + e.why());
      System.err.println("  mend: " + e.mend());
      status = Launcher.exitStatus(e);
    }
    Runtime.getRuntime().halt(status);
  }

  private static int run(String[] args) {
    ChildEnvironment environment = ChildEnvironment.ofCaller();
    Hardening.closeDoors();
    int i = 0;
    List<String> options = new ArrayList<>();
    while (!args[i].equals("--")) {
      options.add(args[i++]);
    }
    List<String> command = List.of(args).subList(i + 1, args.length);
    if (options.contains("clean")) {
      environment = environment.clean();
    }
    Launch launch =
        Launch.ofText(command, environment)
            .signals(
                SignalState.ofHex(
                    System.getProperty("pale.sigign", ""), System.getProperty("pale.sigblk", "")))
            .runtimeFolder(Path.of(System.getProperty("pale.runtime", "/dev/shm/pale-test")));
    for (String option : options) {
      int colon = option.indexOf(':');
      String kind = colon < 0 ? option : option.substring(0, colon);
      String rest = option.substring(colon + 1);
      int equals = rest.indexOf('=');
      String name = equals < 0 ? rest : rest.substring(0, equals);
      byte[] value = rest.substring(equals + 1).getBytes(UTF_8);
      switch (kind) {
        case "env" -> environment.setSecret(SecretName.of(name), SecretValue.owning(name, value));
        case "big" ->
            environment.setSecret(
                SecretName.of(name),
                SecretValue.owning(
                    name,
                    "x".repeat(Integer.parseInt(rest.substring(equals + 1))).getBytes(UTF_8)));
        case "file" -> launch.file(SecretName.of(name), SecretValue.owning(name, value));
        case "fifo" -> launch.fifo(SecretName.of(name), SecretValue.owning(name, value));
        case "mask" ->
            launch.masked(() -> Needles.builder().addExact("X", rest.getBytes(UTF_8)).build());
        case "supervise" -> launch.supervised();
        default -> {}
      }
    }
    if (options.contains("stop")) {
      RunningChild child = Launcher.start(launch);
      while (!new java.io.File(System.getProperty("pale.started")).exists()) {
        Thread.onSpinWait();
      }
      child.stop(500);
      return child.isRunning() ? 99 : child.await();
    }
    return Launcher.run(launch);
  }
}
