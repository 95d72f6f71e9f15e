package dev.pale.cli.run;

import dev.pale.cli.context.Context;
import dev.pale.cli.session.Session;
import dev.pale.delivery.ChildEnvironment;
import dev.pale.formats.dotenv.Dialect;
import dev.pale.formats.dotenv.Dotenv;
import dev.pale.formats.dotenv.DotenvEntry;
import dev.pale.formats.dotenv.DotenvFile;
import dev.pale.formats.dotenv.Problem;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code --env-file}: values in addition. They win over the caller's environment, a later file wins
 * over an earlier one, and a secret of the same name wins over all of them.
 */
final class EnvFiles {
  private static final int MAX_BYTES = 16 << 20;

  private EnvFiles() {}

  /**
   * Puts plain values into the environment; what holds references is left to be read.
   *
   * @return the values with references; null when there are none
   */
  static @Nullable Outside apply(
      List<String> files,
      Session session,
      ChildEnvironment environment,
      @Nullable Outside already) {
    Context context = session.context();
    Outside outside = already;
    for (String file : files) {
      Path path = context.cwd().resolve(file);
      byte[] bytes = bytes(path, file);
      try (DotenvFile read = Dotenv.parse(bytes, Dialect.PALE)) {
        if (read.hasErrors()) {
          throw unreadable(file, read);
        }
        for (DotenvEntry entry : read.entries()) {
          byte[] value = checked(file, entry);
          String name = entry.name().text();
          // Addresses such as https:// are no references; so Outside decides.
          if (mayHoldReference(value)) {
            outside = outside == null ? new Outside(session) : outside;
            if (outside.addVariable(path, bytes, file, entry)) {
              environment.unset(name);
              continue;
            }
          }
          if (outside != null) {
            outside.dropVariable(entry.name());
          }
          environment.set(name, value);
        }
      }
    }
    return outside;
  }

  private static boolean mayHoldReference(byte[] value) {
    for (int i = 1; i + 2 < value.length; i++) {
      if (value[i] == ':' && value[i + 1] == '/' && value[i + 2] == '/') {
        return true;
      }
    }
    return false;
  }

  private static PaleException unreadable(String file, DotenvFile read) {
    for (Problem problem : read.problems()) {
      if (problem.severity() == Problem.Severity.ERROR) {
        return PaleException.of(
            313,
            file + " cannot be read as a .env file",
            "line " + problem.line() + ": " + problem.what(),
            problem.mend());
      }
    }
    return PaleException.of(313, file + " cannot be read as a .env file", "", "");
  }

  private static byte[] checked(String file, DotenvEntry entry) {
    SecretName name = entry.name();
    if (name.isDangerous()) {
      throw PaleException.of(
          314,
          "variable " + name + " in " + file + " steers a loader, an interpreter or Pale",
          "line " + entry.line() + "; a file of the repository could run code that way",
          "set it in your shell instead if you mean it");
    }
    byte[] value = entry.value().bytes(Reveal.CHILD_ENVIRONMENT);
    for (byte b : value) {
      if (b == 0) {
        throw PaleException.of(
            313,
            "variable " + name + " in " + file + " holds a NUL byte",
            "line " + entry.line(),
            "");
      }
    }
    return value;
  }

  private static byte[] bytes(Path path, String shown) {
    try {
      if (!Files.isRegularFile(path)) {
        throw PaleException.of(
            315,
            "env file " + shown + (Files.exists(path) ? " is not a regular file" : " is not there"),
            "looked at " + path,
            "name an existing file, or leave --env-file out");
      }
      if (Files.size(path) > MAX_BYTES) {
        throw PaleException.of(315, "env file " + shown + " is larger than 16 MiB", "", "split it");
      }
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw PaleException.of(
          315,
          "env file " + shown + " cannot be read",
          e.getClass().getSimpleName(),
          "check its mode",
          e);
    }
  }
}
