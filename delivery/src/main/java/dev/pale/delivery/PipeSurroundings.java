package dev.pale.delivery;

import dev.pale.system.Descriptors;
import dev.pale.system.Processes;
import dev.pale.system.Signals;
import dev.pale.system.Spawner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A child that shares our standard input, and whose output, if masked, comes through pipes.
 *
 * <p>If our group is in the foreground of the terminal, the child stays in it: the terminal then
 * sends it INT, QUIT, TSTP and WINCH as it sends them to us, and a pipeline with it is one job. If
 * not (background, no terminal), it gets a group of its own, to which signals go as one.
 */
final class PipeSurroundings implements Supervision.Surroundings {
  private static final int STDOUT = 1;
  private static final int STDERR = 2;

  private final boolean sharedGroup;
  private final int terminal;
  private final List<StreamRelay> relays = new ArrayList<>();
  private final List<Integer> childEnds = new ArrayList<>();
  private int child;

  private PipeSurroundings(boolean sharedGroup, int terminal) {
    this.sharedGroup = sharedGroup;
    this.terminal = terminal;
  }

  /** Prepares pipes and the spawner for a child. */
  static PipeSurroundings prepare(Spawner spawner, @Nullable MaskSource mask) {
    int terminal = Descriptors.openControllingTerminal();
    boolean foreground = terminal >= 0 && Processes.foregroundGroup(terminal) == Processes.group();
    PipeSurroundings result = new PipeSurroundings(foreground, terminal);
    if (!foreground) {
      spawner.ownGroup();
      if (terminal >= 0) {
        // Moving groups to the foreground is asked for from the background.
        Signals.ignore(Signals.TTOU);
      }
    }
    if (mask != null) {
      boolean out = Descriptors.isOpen(STDOUT);
      boolean err = Descriptors.isOpen(STDERR);
      if (out && err && sameFile()) {
        // One pipe keeps the order in which the child writes to the two.
        result.pipe(spawner, mask, "output", STDOUT, STDOUT, STDERR);
      } else {
        if (out) {
          result.pipe(spawner, mask, "stdout", STDOUT, STDOUT);
        }
        if (err) {
          result.pipe(spawner, mask, "stderr", STDERR, STDERR);
        }
      }
    }
    return result;
  }

  private void pipe(Spawner spawner, MaskSource mask, String name, int sink, int... targets) {
    Descriptors.Pipe pipe = Descriptors.pipe();
    Descriptors.widenPipe(pipe.readEnd(), StreamRelay.PIPE_BYTES);
    for (int target : targets) {
      spawner.descriptor(pipe.writeEnd(), target);
    }
    childEnds.add(pipe.writeEnd());
    relays.add(new StreamRelay(name, pipe.readEnd(), sink, mask));
  }

  private static boolean sameFile() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/1"))
          .equals(Files.readSymbolicLink(Path.of("/proc/self/fd/2")));
    } catch (IOException e) {
      return false;
    }
  }

  /** The child runs: its ends of the pipes are its own now. */
  void started(int pid) {
    child = pid;
    closeChildEnds();
    for (StreamRelay relay : relays) {
      relay.start();
    }
  }

  /** There is no child. */
  void abandoned() {
    closeChildEnds();
    Descriptors.close(terminal);
  }

  private void closeChildEnds() {
    for (int end : childEnds) {
      Descriptors.close(end);
    }
    childEnds.clear();
  }

  @Override
  public List<ProcessTable.Entry> members() {
    int group = Processes.group();
    List<ProcessTable.Entry> members = new ArrayList<>();
    for (ProcessTable.Entry entry : ProcessTable.descendants(Processes.pid())) {
      if (entry.group() == group || entry.pid() == child) {
        members.add(entry);
      }
    }
    return members;
  }

  @Override
  public int group() {
    return sharedGroup ? 0 : child;
  }

  @Override
  public boolean terminalSends(int signal) {
    return sharedGroup && (signal == Signals.INT || signal == Signals.TSTP);
  }

  @Override
  public void terminalChanged() {
    // The child sees the same terminal; it was told by the kernel if it is in the foreground.
  }

  @Override
  public void stopWithChild() {
    takeTerminalBack();
    Signals.send(Processes.pid(), Signals.STOP);
  }

  private void takeTerminalBack() {
    if (!sharedGroup && terminal >= 0 && Processes.foregroundGroup(terminal) == child) {
      Processes.setForegroundGroup(terminal, Processes.group());
    }
  }

  @Override
  public void resume() {
    if (sharedGroup) {
      for (ProcessTable.Entry member : members()) {
        Signals.trySend(member.pid(), Signals.CONT);
      }
      return;
    }
    if (terminal >= 0 && Processes.foregroundGroup(terminal) == Processes.group()) {
      Processes.setForegroundGroup(terminal, child);
    }
    Signals.trySend(-child, Signals.CONT);
  }

  @Override
  public void finish() {
    takeTerminalBack();
    for (StreamRelay relay : relays) {
      relay.finish();
    }
    Descriptors.close(terminal);
  }
}
