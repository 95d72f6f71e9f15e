package dev.pale.delivery;

import dev.pale.secrets.PaleException;
import dev.pale.system.ProcessReplacer;
import dev.pale.system.Processes;
import dev.pale.system.ProgramImage;
import dev.pale.system.SignalState;
import dev.pale.system.Spawner;
import dev.pale.system.SystemCallException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts a program with its values: the one door of this package.
 *
 * <p>Before the program starts, everything that can be refused is refused: no program ever runs
 * with less than was asked for. Call from a platform thread; one start at a time.
 */
public final class Launcher {
  private Launcher() {}

  /**
   * Runs the program. Where Pale need not stay, its process is replaced and this does not return.
   *
   * @return the program's exit status, or 128+N when signal N ended it
   * @throws PaleException 300 to 349 when the program was not started, see {@link #exitStatus}
   */
  public static int run(Launch launch) {
    if (launch.replaces()) {
      return replace(launch);
    }
    return start(launch).await();
  }

  /**
   * Starts the program as a child, whatever the launch asks for. Once it runs, the launch's
   * environment is wiped: the program has its own copy.
   *
   * @throws PaleException 300 to 349 when the program was not started
   */
  public static RunningChild start(Launch launch) {
    OwnDescriptors.hide();
    MaskSource mask = launch.mask();
    PrivateFolder folder = privateFolder(launch);
    ChildSignals signals = ChildSignals.listen(launch.callerSignals());
    boolean started = false;
    try {
      RunningChild child =
          mask != null && TerminalRun.isWanted()
              ? TerminalRun.start(launch, mask, signals, folder)
              : spawn(launch, signals, folder);
      started = true;
      launch.environment().close();
      return child;
    } catch (SystemCallException e) {
      throw refused(e);
    } finally {
      if (!started) {
        signals.stop();
        removeFolder(folder);
      }
    }
  }

  /**
   * The exit status that a failure to start stands for: 127 not found, 126 found but not
   * executable, 125 anything else.
   */
  public static int exitStatus(PaleException failure) {
    return switch (failure.code()) {
      case 320 -> 127;
      case 321 -> 126;
      default -> failure.isUsage() ? 2 : 125;
    };
  }

  private static int replace(Launch launch) {
    PrivateFolder folder = privateFolder(launch);
    try {
      if (folder != null) {
        Janitor.watch(folder.path(), Processes.pid());
      }
      return Program.start(
          launch.command(), launch.environment(), new Replacement(launch.callerSignals()));
    } catch (SystemCallException e) {
      throw refused(e);
    } finally {
      // Only reached when nothing was started.
      if (folder != null) {
        folder.remove();
      }
    }
  }

  /** A class and not a lambda, which would cost the shortest run milliseconds. */
  private record Replacement(SignalState signals) implements Program.Start {
    private static final byte[] NOWHERE = {'/', 'd', 'e', 'v', '/', 'n', 'u', 'l', 'l', '/', '-'};

    @Override
    public int start(byte[] file, List<byte[]> arguments, ProgramImage image) {
      // A class that is loaded after the descriptors were hidden may open a jar, which the program
      // would inherit: so everything is loaded by a rehearsal that cannot succeed.
      try {
        throw ProcessReplacer.replace(NOWHERE, image, signals);
      } catch (SystemCallException notADirectory) {
        OwnDescriptors.hide();
      }
      throw ProcessReplacer.replace(file, image, signals);
    }
  }

  private static RunningChild spawn(
      Launch launch, ChildSignals signals, @Nullable PrivateFolder folder) {
    adoptOrphans();
    PipeSurroundings[] surroundings = new PipeSurroundings[1];
    int child =
        Program.start(
            launch.command(),
            launch.environment(),
            (file, arguments, image) -> {
              Spawner spawner = new Spawner();
              PipeSurroundings attempt = PipeSurroundings.prepare(spawner, launch.mask());
              try {
                int pid = spawner.start(file, image, launch.callerSignals());
                surroundings[0] = attempt;
                return pid;
              } catch (SystemCallException e) {
                attempt.abandoned();
                throw e;
              }
            });
    surroundings[0].started(child);
    guard(folder, child, launch);
    return new Supervision(
        child, signals, launch.callerSignals(), surroundings[0], () -> removeFolder(folder));
  }

  /** From here on the folder goes when the child is gone, even if Pale is killed. */
  static void guard(@Nullable PrivateFolder folder, int child, Launch launch) {
    if (folder == null) {
      return;
    }
    try {
      folder.addOwner(child);
    } catch (IOException e) {
      // The folder's first owner, Pale, is on the list; the janitor watches the child.
    }
    Janitor.watch(folder.path(), child);
    folder.serveFifos(launch.files());
  }

  static void removeFolder(@Nullable PrivateFolder folder) {
    if (folder != null) {
      folder.remove();
    }
  }

  static void adoptOrphans() {
    Processes.adoptOrphans(true);
  }

  private static @Nullable PrivateFolder privateFolder(Launch launch) {
    return launch.files().isEmpty()
        ? null
        : PrivateFolder.create(launch.folder(), launch.files(), launch.environment());
  }

  private static PaleException refused(SystemCallException e) {
    return PaleException.of(
        325,
        "the program was not started: the system refused what it needs",
        e.call() + ": " + e.text(),
        "check the limits of processes, open files and terminals",
        e);
  }
}
