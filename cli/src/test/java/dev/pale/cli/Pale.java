package dev.pale.cli;

import dev.pale.cli.context.Context;
import dev.pale.system.Folders;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Drives the commands in this process, on a real vault in a temporary folder. */
final class Pale {
  final Path home;
  final Path work;
  private final Map<String, String> environment = new HashMap<>();
  private String agent = "";
  private byte[] input = new byte[0];
  private Context.Terminal terminal = Context.Terminal.NONE;

  /** What a call left behind. */
  record Result(int status, byte[] bytes, String err) {
    String out() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private Pale(Path home, Path work) {
    this.home = home;
    this.work = work;
    environment.put("PALE_HOME", home.toString());
    environment.put("HOME", work.getParent().toString());
    environment.put("PATH", "/usr/bin:/bin");
  }

  static Pale in(Path folder) {
    try {
      Path work = Files.createDirectories(folder.resolve("acme-api"));
      Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwx------"));
      return new Pale(folder.resolve("home"), work);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same folders with a project {@code acme-api} that has the environment {@code dev}. */
  static Pale ready(Path folder) {
    Pale pale = in(folder);
    Result made = pale.run("init", "--unlock", "keyfile");
    if (made.status() != 0) {
      throw new IllegalStateException(made.err());
    }
    return pale;
  }

  Pale as(String agentName) {
    Pale other = copy();
    other.agent = agentName;
    return other;
  }

  Pale input(String text) {
    return input(text.getBytes(StandardCharsets.UTF_8));
  }

  Pale input(byte[] bytes) {
    Pale other = copy();
    other.input = bytes;
    return other;
  }

  /** A person at a terminal who types this. */
  Pale typing(String keys) {
    Pale other = input(keys);
    other.terminal = new Context.Terminal(true, true, true);
    return other;
  }

  Pale with(String name, String value) {
    Pale other = copy();
    other.environment.put(name, value);
    return other;
  }

  private Pale copy() {
    Pale other = new Pale(home, work);
    other.environment.putAll(environment);
    other.agent = agent;
    other.input = input;
    other.terminal = terminal;
    return other;
  }

  Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Map<String, Object> is;
    try {
      is = Files.readAttributes(work, "unix:uid");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long uid = ((Integer) is.get("uid")).longValue();
    Context context =
        new Context(
            Map.copyOf(environment),
            Folders.of(environment, uid),
            work,
            uid,
            ProcessHandle.current().pid(),
            "ada",
            agent,
            terminal,
            new ByteArrayInputStream(input),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8));
    int status = new Cli(context, () -> () -> {}).run(args);
    return new Result(status, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
  }

  Path file(String name, String text) {
    try {
      return Files.writeString(work.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> lines(String text) {
    return text.lines().toList();
  }
}
