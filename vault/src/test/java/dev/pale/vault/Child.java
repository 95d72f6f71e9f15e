package dev.pale.vault;

import static dev.pale.vault.Fixture.ACTOR;
import static dev.pale.vault.Fixture.DEV;
import static dev.pale.vault.Fixture.PROD;
import static dev.pale.vault.Fixture.name;
import static dev.pale.vault.Fixture.value;

import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A process of its own that writes to a vault until it is killed, and says what is done. */
public final class Child {
  private Child() {}

  /** Arguments: folder, what to do, the number to start with. */
  public static void main(String[] args) {
    try (LocalVault vault = Fixture.open(Path.of(args[0]))) {
      System.out.println("open");
      for (int n = Integer.parseInt(args[2]); ; n++) {
        switch (args[1]) {
          case "set" -> vault.set(DEV, name("S"), value("s" + n), ACTOR);
          case "import" -> {
            TreeMap<SecretName, SecretValue> values = new TreeMap<>();
            for (String each : List.of("X", "Y", "Z")) {
              values.put(name(each), value(each + n));
            }
            vault.setAll(PROD, values, ACTOR);
          }
          case "rekey" -> vault.admin().rekey(List.of(), ACTOR).close();
          case "read" -> {
            Fixture.all(vault, DEV);
            return;
          }
          default -> throw new IllegalArgumentException(args[1]);
        }
        System.out.println(n);
      }
    }
  }

  static Process start(Path root, String what, int from) throws IOException {
    return new ProcessBuilder(command(Child.class, root.toString(), what, Integer.toString(from)))
        .start();
  }

  /** A command line that runs a class of these tests in a process of its own. */
  static List<String> command(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx128m",
            "--enable-native-access=ALL-UNNAMED",
            "-Dorg.sqlite.lib.path=" + System.getProperty("org.sqlite.lib.path"),
            "-Dorg.sqlite.lib.name=" + System.getProperty("org.sqlite.lib.name"),
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }
}
