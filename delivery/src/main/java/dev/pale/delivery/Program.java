package dev.pale.delivery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pale.secrets.PaleException;
import dev.pale.system.Descriptors;
import dev.pale.system.Errno;
import dev.pale.system.ProgramImage;
import dev.pale.system.SystemCallException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds and starts a program as {@code execvp} does, with the child's own {@code PATH}: each file
 * of that name is tried in order, by the kernel.
 *
 * <p>A text file without {@code #!} is run by {@code /bin/sh}, as {@code execvp} and all shells do;
 * a file with a NUL byte at its start is taken for a damaged or foreign program instead.
 */
final class Program {
  /** {@code MAX_ARG_STRLEN}: 32 pages of 4 KiB, the NUL byte included. */
  static final int MAX_TEXT_BYTES = 131_072;

  private static final byte[] SHELL = "/bin/sh".getBytes(UTF_8);

  private Program() {}

  /** One way to start a file: replace this process, or spawn a child. */
  interface Start {
    /** Starts, or throws {@link SystemCallException}. Returns the child's id. */
    int start(byte[] file, ProgramImage image);
  }

  /**
   * Tries until a file starts.
   *
   * @throws PaleException 320 when none is found, 321 when what was found cannot be executed, 322
   *     and 323 when something is too long, 324 for any other refusal of the kernel
   */
  static int start(List<byte[]> command, ChildEnvironment environment, Start how) {
    requireSizes(command, environment);
    byte[] name = command.get(0);
    List<byte[]> candidates = candidates(name, environment.get("PATH"));
    int refusal = 0;
    byte[] refused = name;
    try (ProgramImage image = ProgramImage.of(command, environment.entries())) {
      for (byte[] file : candidates) {
        if (!Descriptors.exists(file)) {
          continue;
        }
        try {
          return how.start(file, image);
        } catch (SystemCallException e) {
          if (e.errno() == Errno.ENOEXEC && isText(file)) {
            return startByShell(file, command, environment, how);
          }
          if (e.errno() == Errno.E2BIG) {
            throw tooLongTogether(environment);
          }
          if (!isAboutTheFile(e.errno())) {
            throw PaleException.of(
                324,
                "the program " + shown(name) + " could not be started",
                e.getMessage() + "",
                e.errno() == Errno.EAGAIN || e.errno() == Errno.ENOMEM
                    ? "end other processes, or raise the limit (ulimit -u, memory)"
                    : "");
          }
          if (refusal == 0) {
            refusal = e.errno();
            refused = file;
          }
        }
      }
    }
    if (refusal == 0) {
      throw notFound(name);
    }
    throw notExecutable(refused, refusal);
  }

  private static int startByShell(
      byte[] file, List<byte[]> command, ChildEnvironment environment, Start how) {
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(SHELL);
    arguments.add(file);
    arguments.addAll(command.subList(1, command.size()));
    try (ProgramImage image = ProgramImage.of(arguments, environment.entries())) {
      return how.start(SHELL, image);
    } catch (SystemCallException e) {
      throw notExecutable(file, e.errno());
    }
  }

  private static List<byte[]> candidates(byte[] name, Optional<byte[]> path) {
    List<byte[]> result = new ArrayList<>();
    if (name.length == 0) {
      return result;
    }
    for (byte b : name) {
      if (b == '/') {
        result.add(name);
        return result;
      }
    }
    String file = new String(name, ISO_8859_1);
    String folders = path.isPresent() ? new String(path.get(), ISO_8859_1) : "/bin:/usr/bin";
    int start = 0;
    for (int i = 0; i <= folders.length(); i++) {
      if (i == folders.length() || folders.charAt(i) == ':') {
        // An empty part stands for the working folder.
        String folder = i > start ? folders.substring(start, i) : ".";
        result.add((folder + "/" + file).getBytes(ISO_8859_1));
        start = i + 1;
      }
    }
    return result;
  }

  private static boolean isAboutTheFile(int errno) {
    return switch (errno) {
      case Errno.ENOENT,
          Errno.ENOTDIR,
          Errno.EACCES,
          Errno.EPERM,
          Errno.ENOEXEC,
          Errno.ELOOP,
          Errno.ENAMETOOLONG,
          Errno.ELIBBAD,
          Errno.EISDIR,
          Errno.ETXTBSY,
          Errno.EINVAL ->
          true;
      default -> false;
    };
  }

  private static boolean isText(byte[] file) {
    int fd;
    try {
      fd = Descriptors.open(file, 0);
    } catch (SystemCallException e) {
      return false;
    }
    try {
      ByteBuffer head = Descriptors.buffer(256);
      int n = Descriptors.read(fd, head);
      for (int i = 0; i < n; i++) {
        if (head.get(i) == 0) {
          return false;
        }
      }
      return true;
    } catch (SystemCallException e) {
      return false;
    } finally {
      Descriptors.close(fd);
    }
  }

  private static void requireSizes(List<byte[]> command, ChildEnvironment environment) {
    for (byte[] entry : environment.entries()) {
      if (entry.length >= MAX_TEXT_BYTES) {
        String name = shown(ChildEnvironment.nameOf(entry).getBytes(ISO_8859_1));
        if (environment.isSecret(entry)) {
          throw PaleException.of(
              322,
              "secret " + name + " is too long for an environment variable",
              "name and value have "
                  + entry.length
                  + " bytes, the kernel takes "
                  + (MAX_TEXT_BYTES - 1)
                  + " for one variable",
              "set deliver = \"file\" for " + name + " in pale.toml");
        }
        throw PaleException.of(
            322,
            "the variable " + name + " is too long",
            "name and value have "
                + entry.length
                + " bytes, the kernel takes "
                + (MAX_TEXT_BYTES - 1),
            "unset it, or use --clean-env");
      }
    }
    for (byte[] argument : command) {
      if (argument.length >= MAX_TEXT_BYTES) {
        throw PaleException.of(
            322,
            "an argument of the command is too long",
            "it has " + argument.length + " bytes, the kernel takes " + (MAX_TEXT_BYTES - 1),
            "");
      }
    }
  }

  private static PaleException tooLongTogether(ChildEnvironment environment) {
    long total = 0;
    String largest = "";
    int most = 0;
    for (byte[] entry : environment.entries()) {
      total += entry.length + 9L;
      if (entry.length > most && environment.isSecret(entry)) {
        most = entry.length;
        largest = ChildEnvironment.nameOf(entry);
      }
    }
    return PaleException.of(
        323,
        "arguments and environment together are too long for the kernel",
        "the environment has "
            + total
            + " bytes"
            + (most > 0 ? "; the largest secret is " + largest + " with " + most : ""),
        most > 0
            ? "set deliver = \"file\" for " + largest + " in pale.toml, or raise ulimit -s"
            : "use --clean-env, or raise ulimit -s");
  }

  private static PaleException notFound(byte[] name) {
    boolean path = false;
    for (byte b : name) {
      path |= b == '/';
    }
    return PaleException.of(
        320,
        "command not found: " + shown(name),
        path ? "there is no such file" : "no folder of PATH has it",
        "check the spelling, or give the program's path");
  }

  private static PaleException notExecutable(byte[] file, int errno) {
    String why =
        switch (errno) {
          case Errno.ENOENT -> "its interpreter (the #! line, or the loader) does not exist";
          case Errno.ENOEXEC -> "it is not a program for this machine";
          case Errno.EACCES ->
              "it is a folder, is not marked as executable, or its file system forbids programs";
          default -> Errno.text(errno);
        };
    return PaleException.of(
        321,
        "found but not executable: " + shown(file),
        why,
        errno == Errno.EACCES ? "chmod +x the file, or name the program itself" : "");
  }

  /** A program's name for a message: no control characters. */
  private static String shown(byte[] name) {
    String text = new String(name, UTF_8);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), 200); i++) {
      char c = text.charAt(i);
      out.append(Character.isISOControl(c) ? '?' : c);
    }
    return out.toString();
  }
}
