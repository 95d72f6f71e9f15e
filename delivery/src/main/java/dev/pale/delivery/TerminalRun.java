package dev.pale.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pale.secrets.PaleException;
import dev.pale.system.Descriptors;
import dev.pale.system.Errno;
import dev.pale.system.Processes;
import dev.pale.system.ProgramImage;
import dev.pale.system.SignalState;
import dev.pale.system.Signals;
import dev.pale.system.Spawner;
import dev.pale.system.SystemCallException;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts a child on a pseudo-terminal of its own, in a session of its own, so that what it writes
 * to {@code /dev/tty} passes the mask too.
 *
 * <p>A program that leads a session cannot be stopped from the keyboard: the kernel does not stop a
 * group that nobody could continue. So the session's leader is a small shell with job control and
 * an empty environment, which starts the program as its foreground job, stops when the job stops,
 * and brings it back when it is continued.
 */
final class TerminalRun {
  /** No secret, no word of the user's in it. {@code "$@"} is {@link Stage}. */
  private static final String JOB_CONTROL =
      """
      set -m
      "$@"
      r=$?
      while jobs %% >/dev/null 2>&1; do
        kill -STOP $$
        fg >/dev/null 2>&1
        r=$?
      done
      exit $r
      """;

  private static final int STDIN = 0;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;

  private TerminalRun() {}

  /**
   * Whether a masked program gets a terminal: when our standard output is one, or only our standard
   * error is and standard output is not a pipe. In a pipeline, the other programs of the job use
   * the user's terminal too, so it must not be taken over; standard error then is a pipe for the
   * child.
   */
  static boolean isWanted() {
    return Descriptors.isTerminal(STDOUT)
        || (Descriptors.isTerminal(STDERR) && Descriptors.isTerminal(STDIN) && !isPiped(STDOUT));
  }

  private static boolean isPiped(int fd) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
      return target.startsWith("pipe:") || target.startsWith("socket:");
    } catch (IOException closed) {
      return false;
    }
  }

  /** Starts; see {@link Launcher#start}. */
  static RunningChild start(
      Launch launch, MaskSource mask, ChildSignals signals, @Nullable PrivateFolder folder) {
    Launcher.adoptOrphans();
    TerminalSurroundings[] surroundings = new TerminalSurroundings[1];
    int helper =
        Program.start(
            launch.command(),
            launch.environment(),
            (file, arguments, image) -> {
              TerminalSurroundings attempt = new TerminalSurroundings(mask);
              try {
                int pid = startBelowShell(launch, file, arguments, attempt);
                surroundings[0] = attempt;
                return pid;
              } finally {
                if (surroundings[0] == null) {
                  attempt.abandoned();
                }
              }
            });
    surroundings[0].started(helper);
    Launcher.guard(folder, helper, launch);
    return new Supervision(
        helper,
        signals,
        launch.callerSignals(),
        surroundings[0],
        () -> Launcher.removeFolder(folder));
  }

  private static int startBelowShell(
      Launch launch, byte[] file, List<byte[]> arguments, TerminalSurroundings surroundings) {
    Descriptors.Pipe start = Descriptors.pipe();
    Descriptors.Pipe answer = Descriptors.pipe();
    int base = highestDescriptor() + 1;
    Spawner spawner = new Spawner().ownSession();
    spawner.open(base, surroundings.slavePath());
    if (Descriptors.isTerminal(STDIN)) {
      spawner.descriptor(base, STDIN);
    }
    surroundings.connect(spawner, base, STDOUT, STDOUT);
    surroundings.connect(spawner, base, STDERR, base + 1);
    spawner.open(STDERR, "/dev/null");
    spawner.descriptor(start.readEnd(), base + 2);
    spawner.descriptor(answer.readEnd(), base + 3);
    spawner.close(base);
    List<byte[]> command = new ArrayList<>();
    for (String word : List.of("sh", "-c", JOB_CONTROL, "pale-job")) {
      command.add(word.getBytes(UTF_8));
    }
    command.addAll(OwnCommand.of(Stage.class));
    for (int fd : new int[] {base + 2, base + 3, base + 1}) {
      command.add(Integer.toString(fd).getBytes(UTF_8));
    }
    int helper;
    try (ProgramImage image = ProgramImage.of(command, List.of())) {
      helper = spawner.start("/bin/sh".getBytes(UTF_8), image, SignalState.DEFAULT);
    }
    Descriptors.close(start.readEnd());
    try {
      send(launch, file, arguments, start.writeEnd());
      requireReplaced(helper, answer);
      return helper;
    } catch (SystemCallException | PaleException e) {
      Signals.trySend(helper, Signals.KILL);
      Processes.waitForEnd(helper);
      throw e;
    } finally {
      Descriptors.close(answer.readEnd());
    }
  }

  private static void send(Launch launch, byte[] file, List<byte[]> arguments, int to) {
    ByteBuffer blob =
        Stage.blob(launch.callerSignals(), file, arguments, launch.environment().entries());
    try {
      Descriptors.widenPipe(to, StreamRelay.PIPE_BYTES);
      Descriptors.writeFully(to, blob);
    } catch (SystemCallException e) {
      if (e.errno() != Errno.EPIPE) {
        throw e;
      }
      // The shell or the stage died: what comes next finds out.
    } finally {
      blob.clear();
      blob.put(0, new byte[blob.capacity()]);
      Descriptors.close(to);
    }
  }

  /** Returns when the program runs; throws the kernel's refusal if it does not. */
  private static void requireReplaced(int helper, Descriptors.Pipe answer) {
    int[] ready = new int[1];
    int[] fds = {answer.readEnd()};
    int[] wanted = {Descriptors.READABLE};
    ByteBuffer reply = Descriptors.buffer(8);
    try {
      while (Descriptors.poll(fds, wanted, ready, 50) == 0) {
        if (!(Processes.waitFor(helper, false) instanceof Processes.Change.Nothing)) {
          throw PaleException.of(
              326,
              "the program's terminal could not be set up",
              "/bin/sh or Pale's second step ended early",
              "run the command with its output in a pipe, for instance | cat");
        }
      }
    } finally {
      // From now on the stage has the only other writing end: its end tells.
      Descriptors.close(answer.writeEnd());
    }
    ByteBuffer all = ByteBuffer.allocate(16);
    int n = Descriptors.read(answer.readEnd(), reply);
    while (n > 0) {
      all.put(reply);
      n = Descriptors.read(answer.readEnd(), reply);
    }
    if (all.position() >= 5) {
      throw new SystemCallException("execve", all.getInt(1));
    }
  }

  private static int highestDescriptor() {
    int highest = STDERR;
    String[] names = new File("/proc/self/fd").list();
    for (String name : names == null ? new String[0] : names) {
      highest = Math.max(highest, Integer.parseInt(name));
    }
    return highest;
  }
}
