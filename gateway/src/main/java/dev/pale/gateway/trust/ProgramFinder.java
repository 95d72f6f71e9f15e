package dev.pale.gateway.trust;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds executables as a shell does. */
final class ProgramFinder {
  private final List<Path> folders = new ArrayList<>();

  ProgramFinder(String path) {
    for (String each : path.split(":", -1)) {
      // An empty entry means the working directory, in which nothing of ours shall be looked for.
      if (each.startsWith("/")) {
        try {
          folders.add(Path.of(each));
        } catch (InvalidPathException e) {
          // No folder has such a name.
        }
      }
    }
  }

  boolean has(String name) {
    return !find(name).isEmpty();
  }

  /** The absolute path of the first that can be executed; empty when there is none. */
  String find(String name) {
    for (Path folder : folders) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file) && Files.isExecutable(file)) {
        return file.toString();
      }
    }
    return "";
  }
}
