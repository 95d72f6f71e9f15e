package dev.pale.delivery;

import dev.pale.secrets.Needles;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import dev.pale.system.SignalState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One start of a program: what, with which environment, files and fifos, behind which mask.
 *
 * <p>The cheapest way that gives all that was asked for is taken: Pale's process is replaced,
 * unless a mask, a fifo or {@link #supervised} needs Pale as the parent.
 *
 * <p>Not thread-safe; used once. It does not own the values given to it.
 */
public final class Launch {
  private final List<byte[]> command;
  private final ChildEnvironment environment;
  private final List<PrivateFile> files = new ArrayList<>();
  private SignalState signals = SignalState.DEFAULT;
  private Path runtimeFolder = Path.of("/dev/shm");
  private boolean supervised;
  private @Nullable MaskSource mask;

  /** A value that goes into a file of its own. */
  record PrivateFile(SecretName name, SecretValue value, boolean fifo) {}

  private Launch(List<byte[]> command, ChildEnvironment environment) {
    this.command = command;
    this.environment = environment;
  }

  /**
   * A start.
   *
   * @param command the program as the user typed it, and its arguments; at least one
   * @param environment what the program will see; the launch adds the paths of files to it, and
   *     wipes it when the program has started
   */
  public static Launch of(List<byte[]> command, ChildEnvironment environment) {
    if (command.isEmpty()) {
      throw new IllegalArgumentException("no program");
    }
    return new Launch(List.copyOf(command), environment);
  }

  /**
   * A start with arguments from {@code main}. Arguments that were not valid in the virtual
   * machine's character set are damaged by then; the launcher passes {@code -Dsun.jnu.encoding}, or
   * bytes.
   */
  public static Launch ofText(List<String> command, ChildEnvironment environment) {
    List<byte[]> bytes = new ArrayList<>();
    for (String argument : command) {
      bytes.add(argument.getBytes(StandardCharsets.UTF_8));
    }
    return of(bytes, environment);
  }

  /**
   * The value goes into a file that is gone when the program has ended; the variable is its path.
   */
  public Launch file(SecretName name, SecretValue value) {
    files.add(new PrivateFile(name, value, false));
    return this;
  }

  /** The value can be read once from a fifo; the variable is its path. */
  public Launch fifo(SecretName name, SecretValue value) {
    files.add(new PrivateFile(name, value, true));
    return this;
  }

  /** Where files go if it is memory-backed: {@code Folders.runtime()}. */
  public Launch runtimeFolder(Path folder) {
    runtimeFolder = folder;
    return this;
  }

  /** Which signals the caller ignored and blocked: the program shall too. */
  public Launch signals(SignalState state) {
    signals = state;
    return this;
  }

  /**
   * Pale stays the parent and masks the program's output.
   *
   * @param needles asked for once, when the first byte comes, on a thread of the launcher's; the
   *     values must be there until the program has ended
   */
  public Launch masked(Supplier<Needles> needles) {
    mask = new MaskSource(needles);
    return this;
  }

  /** Pale stays the parent, for instance to be able to restart the program. */
  public Launch supervised() {
    supervised = true;
    return this;
  }

  /** Whether Pale's process can be replaced. */
  boolean replaces() {
    if (supervised || mask != null) {
      return false;
    }
    for (PrivateFile file : files) {
      if (file.fifo()) {
        return false;
      }
    }
    return true;
  }

  List<byte[]> command() {
    return command;
  }

  ChildEnvironment environment() {
    return environment;
  }

  List<PrivateFile> files() {
    return files;
  }

  SignalState callerSignals() {
    return signals;
  }

  Path folder() {
    return runtimeFolder;
  }

  @Nullable MaskSource mask() {
    return mask;
  }
}
