package dev.pale.delivery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pale.secrets.PaleException;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How this virtual machine was started, to start another main class the same way. */
final class OwnCommand {
  private OwnCommand() {}

  /**
   * The command line for another main class: same program, same options, same class path, and so
   * the same start-up cache.
   */
  static List<byte[]> of(Class<?> main) {
    byte[] line;
    try (FileInputStream in = new FileInputStream("/proc/self/cmdline")) {
      line = in.readAllBytes();
    } catch (IOException e) {
      throw PaleException.of(
          326, "Pale cannot find out how it was started", "/proc/self/cmdline", "mount /proc", e);
    }
    List<byte[]> command = new ArrayList<>();
    command.add((System.getProperty("java.home") + "/bin/java").getBytes(UTF_8));
    String[] arguments = new String(line, ISO_8859_1).split("\0", -1);
    for (int i = 1; i < arguments.length; i++) {
      String argument = arguments[i];
      if (!argument.startsWith("-") && !argument.startsWith("@")) {
        break;
      }
      boolean classPath =
          argument.equals("-cp")
              || argument.equals("-classpath")
              || argument.equals("--class-path");
      if (classPath || argument.equals("-jar")) {
        i++;
      } else {
        command.add(argument.getBytes(ISO_8859_1));
      }
    }
    command.add("-cp".getBytes(UTF_8));
    command.add(System.getProperty("java.class.path").getBytes(UTF_8));
    command.add(main.getName().getBytes(UTF_8));
    return command;
  }
}
