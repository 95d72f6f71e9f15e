package dev.pale.cli.gateway;

import dev.pale.system.Descriptors;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps what the gateway opens from the command: the virtual machine opens sockets without
 * close-on-exec, and a command that holds the listener could answer for the gateway.
 */
final class Inheritance {
  private static final int FIRST = 3;

  private final Map<Integer, String> before;

  private Inheritance(Map<Integer, String> before) {
    this.before = before;
  }

  /** What is open now, the caller's and the virtual machine's. */
  static Inheritance before() {
    return new Inheritance(open());
  }

  /** Marks everything that was opened since; again and again is harmless. */
  void closeWhatIsNew() {
    open()
        .forEach((descriptor, target) -> {
          if (!target.equals(before.get(descriptor))
              && Descriptors.isOpen(descriptor)
              && !Descriptors.isCloseOnExec(descriptor)) {
            Descriptors.setCloseOnExec(descriptor, true);
          }
        });
  }

  private static Map<Integer, String> open() {
    Map<Integer, String> open = new HashMap<>();
    String[] names = new File("/proc/self/fd").list();
    for (String name : names == null ? new String[0] : names) {
      int descriptor = Integer.parseInt(name);
      if (descriptor >= FIRST) {
        open.put(descriptor, target(name));
      }
    }
    return open;
  }

  private static String target(String descriptor) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
    } catch (IOException closedMeanwhile) {
      return "";
    }
  }
}
