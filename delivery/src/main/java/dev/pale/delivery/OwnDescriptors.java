package dev.pale.delivery;

import dev.pale.system.Descriptors;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keeps the virtual machine's own open files from a program: it opens its module image, the jars of
 * the class path and the random devices without close-on-exec. Every other descriptor that is not
 * marked came from the caller, and the program shall have it.
 */
final class OwnDescriptors {
  private static final int FIRST = 3;

  private OwnDescriptors() {}

  /** Marks them. Again and again is harmless. */
  static void hide() {
    String home = System.getProperty("java.home") + "/";
    String classPath = System.getProperty("java.class.path", "");
    String[] names = new File("/proc/self/fd").list();
    for (String name : names == null ? new String[0] : names) {
      int fd = Integer.parseInt(name);
      if (fd >= FIRST && Descriptors.isOpen(fd) && !Descriptors.isCloseOnExec(fd)) {
        String target = target(name);
        String file = target.substring(target.lastIndexOf('/') + 1);
        boolean own =
            target.startsWith(home)
                || (target.endsWith(".jar") && classPath.contains(file))
                || target.equals("/dev/random")
                || target.equals("/dev/urandom");
        if (own) {
          Descriptors.setCloseOnExec(fd, true);
        }
      }
    }
  }

  private static String target(String fd) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
    } catch (IOException closedMeanwhile) {
      return "";
    }
  }
}
