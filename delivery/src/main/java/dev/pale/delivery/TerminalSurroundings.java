package dev.pale.delivery;

import dev.pale.system.Descriptors;
import dev.pale.system.Processes;
import dev.pale.system.Signals;
import dev.pale.system.Spawner;
import dev.pale.system.SystemCallException;
import dev.pale.system.Terminals;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The user's terminal on one side, the child's pseudo-terminal on the other.
 *
 * <p>If standard input is the terminal and our group is in its foreground, the user's terminal is
 * in raw mode while the child runs, so that each key, Ctrl-C and Ctrl-Z among them, takes effect
 * once: on the child's side. The mode is given back when the child stops or ends, and when Pale
 * ends in any way but a KILL.
 */
final class TerminalSurroundings implements Supervision.Surroundings {
  private static final int STDIN = 0;
  private static final int INPUT_BYTES = 4096;

  private final Terminals.Pty pty = Terminals.openPty();
  private final MaskSource mask;
  private final int userTerminal;
  private final boolean relaysInput;
  private final Terminals.Mode before;
  private final List<StreamRelay> relays = new ArrayList<>();
  private final List<Integer> childEnds = new ArrayList<>();
  private final Descriptors.Pipe stopInput = Descriptors.pipe();
  private final Thread input = new Thread(this::relayInput, "pale-input");
  private @Nullable Thread hook;
  private volatile boolean inputActive;
  private volatile boolean ended;
  private boolean raw;
  private int helper;

  TerminalSurroundings(MaskSource mask) {
    this.mask = mask;
    this.userTerminal = Descriptors.isTerminal(1) ? 1 : 2;
    this.relaysInput = Descriptors.isTerminal(STDIN);
    this.before = Terminals.mode(userTerminal);
    Terminals.setMode(pty.master(), before);
    if (!isOurs()) {
      processOutput(false);
    }
    Terminals.setWindowSize(pty.master(), Terminals.windowSize(userTerminal));
    relays.add(new StreamRelay("terminal", pty.master(), userTerminal, mask));
    input.setDaemon(true);
  }

  String slavePath() {
    return pty.slavePath();
  }

  /** Gives the child as {@code target} what our {@code stream} is: its terminal, or a pipe. */
  void connect(Spawner spawner, int slave, int stream, int target) {
    if (Descriptors.isTerminal(stream)) {
      spawner.descriptor(slave, target);
    } else if (Descriptors.isOpen(stream)) {
      Descriptors.Pipe pipe = Descriptors.pipe();
      Descriptors.widenPipe(pipe.readEnd(), StreamRelay.PIPE_BYTES);
      spawner.descriptor(pipe.writeEnd(), target);
      childEnds.add(pipe.writeEnd());
      relays.add(new StreamRelay("stream-" + stream, pipe.readEnd(), stream, mask));
    } else {
      spawner.open(target, "/dev/null");
    }
  }

  /** The program runs. */
  void started(int pid) {
    helper = pid;
    closeChildEnds();
    Thread restore = new Thread(this::restore, "pale-terminal");
    Runtime.getRuntime().addShutdownHook(restore);
    hook = restore;
    takeOver();
    for (StreamRelay relay : relays) {
      relay.start();
    }
    if (relaysInput) {
      input.start();
    }
  }

  /** There is no program. */
  void abandoned() {
    closeChildEnds();
    Descriptors.close(pty.master());
  }

  private void closeChildEnds() {
    for (int end : childEnds) {
      Descriptors.close(end);
    }
    childEnds.clear();
  }

  /** Takes the keyboard, if it is ours to take. */
  private synchronized void takeOver() {
    if (!raw && !ended && isOurs()) {
      Terminals.setMode(userTerminal, Terminals.raw(before));
      raw = true;
      inputActive = true;
      processOutput(true);
    }
  }

  /** Whether the keyboard is ours: with no job control on the terminal, it always is. */
  private boolean isOurs() {
    int foreground = Processes.foregroundGroup(userTerminal);
    return relaysInput && (foreground == Processes.group() || foreground == -1);
  }

  /** Gives the keyboard back. */
  private synchronized void restore() {
    inputActive = false;
    if (raw) {
      raw = false;
      processOutput(false);
      try {
        Terminals.setMode(userTerminal, before);
      } catch (SystemCallException hungUp) {
        // The terminal is gone, and its mode with it.
      }
    }
  }

  /**
   * Line ends are made once: by the child's terminal while the user's one is raw, else by the
   * user's.
   */
  private void processOutput(boolean onChildSide) {
    try {
      Terminals.Mode now = Terminals.mode(pty.master());
      Terminals.setMode(pty.master(), Terminals.withOutputProcessing(now, onChildSide));
    } catch (SystemCallException hungUp) {
      // Nobody writes there any more.
    }
  }

  private void relayInput() {
    ByteBuffer keys = Descriptors.buffer(INPUT_BYTES);
    int[] ready = new int[2];
    int[] wanted = {Descriptors.READABLE, Descriptors.READABLE};
    try {
      while (!ended) {
        int[] fds = {inputActive ? STDIN : -1, stopInput.readEnd()};
        Descriptors.poll(fds, wanted, ready, inputActive ? -1 : 200);
        if (ready[1] != 0) {
          return;
        }
        // A shell that moves a running job to the foreground sends no signal.
        takeOver();
        if (ready[0] != 0 && inputActive) {
          if (Descriptors.read(STDIN, keys) == 0) {
            return;
          }
          Descriptors.writeFully(pty.master(), keys);
        }
      }
    } catch (SystemCallException hungUp) {
      // One of the two terminals is gone; the child's end or a signal ends the rest.
    }
  }

  @Override
  public List<ProcessTable.Entry> members() {
    List<ProcessTable.Entry> members = new ArrayList<>();
    for (ProcessTable.Entry entry : ProcessTable.descendants(Processes.pid())) {
      if (entry.session() == helper && entry.pid() != helper) {
        members.add(entry);
      }
    }
    return members;
  }

  @Override
  public int group() {
    return 0;
  }

  @Override
  public boolean terminalSends(int signal) {
    return false;
  }

  @Override
  public void terminalChanged() {
    if (ended) {
      return;
    }
    try {
      Terminals.setWindowSize(pty.master(), Terminals.windowSize(userTerminal));
      takeOver();
    } catch (SystemCallException gone) {
      // The terminal hung up while its size changed.
    }
  }

  /**
   * Stops our whole group, as the keyboard would have, unless nobody is there to continue it: then
   * the kernel would not have stopped it either.
   */
  @Override
  public void stopWithChild() {
    if (isOrphaned()) {
      return;
    }
    restore();
    Signals.stopOwnGroup();
  }

  @Override
  public void resume() {
    takeOver();
    terminalChanged();
    Signals.trySend(helper, Signals.CONT);
  }

  /** Whether no ancestor outside of our group is in our session. */
  private static boolean isOrphaned() {
    Optional<ProcessTable.Entry> self = ProcessTable.find(Processes.pid());
    if (self.isEmpty()) {
      return true;
    }
    Optional<ProcessTable.Entry> up = ProcessTable.find(self.get().parent());
    while (up.isPresent() && up.get().session() == self.get().session()) {
      if (up.get().group() != self.get().group()) {
        return false;
      }
      up = ProcessTable.find(up.get().parent());
    }
    return true;
  }

  @Override
  public void finish() {
    ended = true;
    inputActive = false;
    Descriptors.close(stopInput.writeEnd());
    if (relaysInput) {
      boolean interrupted = false;
      try {
        input.join(1000);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    for (StreamRelay relay : relays) {
      relay.finish();
    }
    restore();
    Thread restoreHook = hook;
    if (restoreHook != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(restoreHook);
      } catch (IllegalStateException shuttingDown) {
        // Restoring twice is harmless.
      }
    }
  }
}
