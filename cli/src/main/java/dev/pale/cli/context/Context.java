package dev.pale.cli.context;

import dev.pale.system.Folders;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The surroundings of one call: environment, folders, terminal, user, and whether an agent calls.
 * Everything that a command wants to know of the outside is asked here, so that a test can say it.
 *
 * <p>Immutable apart from the streams. Streams are not thread-safe.
 *
 * @param environment the process environment
 * @param folders where Pale keeps its files
 * @param cwd the current folder, absolute
 * @param uid numeric user id of this process
 * @param pid of this process
 * @param user the user's name
 * @param agent the agent above this call; empty for a human
 * @param terminal what the three standard streams are connected to
 * @param in standard input
 * @param out standard output: requested data only
 * @param err standard error: everything that Pale says
 */
public record Context(
    Map<String, String> environment,
    Folders folders,
    Path cwd,
    long uid,
    long pid,
    String user,
    String agent,
    Terminal terminal,
    InputStream in,
    PrintStream out,
    PrintStream err) {

  /** {@code O_CLOEXEC} of Linux, as the process folder shows it. */
  private static final long CLOSE_ON_EXEC = 02000000;

  /** Whether standard input, output and error are terminals. */
  public record Terminal(boolean input, boolean output, boolean error) {
    /** No stream is a terminal. */
    public static final Terminal NONE = new Terminal(false, false, false);

    /** Whether a person can be asked: the question goes to stderr, the answer comes from stdin. */
    public boolean canAsk() {
      return input && error;
    }
  }

  /** The context of this process. */
  public static Context ofProcess() {
    Map<String, String> environment = System.getenv();
    long[] ids = ids();
    return new Context(
        environment,
        Folders.of(environment, ids[1]),
        Path.of("").toAbsolutePath(),
        ids[1],
        ids[0],
        System.getProperty("user.name", "?"),
        AgentDetector.detect(environment, Path.of("/proc")),
        new Terminal(isTerminal(0), isTerminal(1), isTerminal(2)),
        isInherited(0) ? new FileInputStream(FileDescriptor.in) : InputStream.nullInputStream(),
        stream(FileDescriptor.out),
        stream(FileDescriptor.err));
  }

  /** Whether an agent calls. */
  public boolean isAgent() {
    return !agent.isEmpty();
  }

  /** The same, below an agent of this name. */
  public Context asAgent(String name) {
    return new Context(environment, folders, cwd, uid, pid, user, name, terminal, in, out, err);
  }

  /** A variable of the environment; empty when it is not set. */
  public String variable(String name) {
    return environment.getOrDefault(name, "");
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(descriptor), 8192),
        false,
        StandardCharsets.UTF_8);
  }

  /**
   * Whether descriptor 0 came from the caller. Where the caller had closed it, the virtual
   * machine's own first file got the number: reading that would store program code as a value. What
   * a process opened itself is close-on-exec, or lies in the virtual machine's folder.
   */
  private static boolean isInherited(int descriptor) {
    try (FileInputStream info = new FileInputStream("/proc/self/fdinfo/" + descriptor)) {
      String text = new String(info.readNBytes(256), StandardCharsets.ISO_8859_1);
      int from = text.indexOf("flags:\t") + 7;
      int to = text.indexOf('\n', from);
      boolean closeOnExec = (Long.parseLong(text.substring(from, to), 8) & CLOSE_ON_EXEC) != 0;
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return !closeOnExec && !target.startsWith(System.getProperty("java.home", "/") + "/");
    } catch (IOException closed) {
      return false;
    }
  }

  /** The link of an open terminal points below {@code /dev/pts} or to a console; no call needed. */
  private static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException closed) {
      return false;
    }
  }

  /**
   * Process id and real user id. The owner of {@code /proc/self} would say root once the process is
   * closed to debuggers, so the status file is read.
   */
  private static long[] ids() {
    long[] ids = {0, 0};
    try (FileInputStream in = new FileInputStream("/proc/self/status")) {
      String status = new String(in.readNBytes(8192), StandardCharsets.ISO_8859_1);
      ids[0] = number(status, "\nPid:\t");
      ids[1] = number(status, "\nUid:\t");
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException("/proc is not mounted", unreadable);
    }
    return ids;
  }

  private static long number(String status, String label) {
    int from = status.indexOf(label) + label.length();
    long value = 0;
    for (int i = from; i < status.length(); i++) {
      char c = status.charAt(i);
      if (c < '0' || c > '9') {
        break;
      }
      value = value * 10 + (c - '0');
    }
    return value;
  }
}
