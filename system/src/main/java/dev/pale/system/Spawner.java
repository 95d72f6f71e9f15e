package dev.pale.system;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts a child by {@code posix_spawn}: no copy of this process is ever made, and nothing of it
 * reaches the child but what is named here and descriptors that are not close-on-exec.
 *
 * <p>Not thread-safe; one spawner, one child.
 */
public final class Spawner {
  private static final int FLAG_SETPGROUP = 0x02;
  private static final int FLAG_SETSIGDEF = 0x04;
  private static final int FLAG_SETSIGMASK = 0x08;
  private static final int FLAG_SETSID = 0x80;

  /** More than {@code posix_spawnattr_t} (336) and {@code posix_spawn_file_actions_t} (80) need. */
  private static final int OPAQUE_BYTES = 512;

  /** {@code sigset_t} of glibc and musl. */
  private static final int SIGSET_BYTES = 128;

  private final ByteBuffer actions = Libc.memory(OPAQUE_BYTES);
  private final ByteBuffer attributes = Libc.memory(OPAQUE_BYTES);
  private final List<ByteBuffer> kept = new ArrayList<>();
  private int flags = FLAG_SETSIGDEF | FLAG_SETSIGMASK;

  /** A child like this process: same session, group and standard descriptors. */
  public Spawner() {
    check("posix_spawn_file_actions_init", Libc.address(actions), 0, 0);
    check("posix_spawnattr_init", Libc.address(attributes), 0, 0);
  }

  /** The child's {@code target} is our {@code source}; equal numbers just let it be inherited. */
  public Spawner descriptor(int source, int target) {
    check("posix_spawn_file_actions_adddup2", Libc.address(actions), source, target);
    return this;
  }

  /**
   * The child opens a file for reading and writing; a terminal becomes its controlling one if it
   * leads a session.
   */
  public Spawner open(int target, String path) {
    ByteBuffer text = Libc.cString(path);
    kept.add(text);
    int error =
        (int)
            Libc.call(
                Libc.function("posix_spawn_file_actions_addopen"),
                Libc.address(actions),
                target,
                Libc.address(text),
                2,
                0,
                0);
    refuse("posix_spawn_file_actions_addopen", error);
    return this;
  }

  /** The child does not get this descriptor. */
  public Spawner close(int target) {
    check("posix_spawn_file_actions_addclose", Libc.address(actions), target, 0);
    return this;
  }

  /** The child leads a group of its own. */
  public Spawner ownGroup() {
    flags |= FLAG_SETPGROUP;
    return this;
  }

  /** The child leads a session of its own, without a terminal. */
  public Spawner ownSession() {
    flags |= FLAG_SETSID;
    return this;
  }

  /**
   * Starts the child.
   *
   * @param file path of the program; no search
   * @param image arguments and environment; may be closed afterwards
   * @param signals what the child shall ignore and block
   * @return its process id; it must be waited for
   * @throws SystemCallException when the program cannot be started; there is no child then
   */
  public int start(byte[] file, ProgramImage image, SignalState signals) {
    ByteBuffer path = Libc.cString(file);
    ByteBuffer pid = Libc.memory(8);
    ByteBuffer blocked = signalSet(signals.blocked());
    ByteBuffer defaults = signalSet(~signals.ignored());
    check("posix_spawnattr_setflags", Libc.address(attributes), flags, 0);
    check("posix_spawnattr_setsigmask", Libc.address(attributes), Libc.address(blocked), 0);
    check("posix_spawnattr_setsigdefault", Libc.address(attributes), Libc.address(defaults), 0);
    Libc.Function spawn = Libc.function("posix_spawn");
    Signals.Undo undo = Signals.alsoIgnore(signals.ignored());
    try {
      int error =
          (int)
              Libc.call(
                  spawn,
                  Libc.address(pid),
                  Libc.address(path),
                  Libc.address(actions),
                  Libc.address(attributes),
                  image.argumentsAddress(),
                  image.environmentAddress());
      refuse("posix_spawn", error);
      return pid.getInt(0);
    } finally {
      undo.run();
      destroy();
      Libc.keep(path);
      Libc.keep(image);
      Libc.keep(kept);
    }
  }

  private void destroy() {
    Libc.callInt(Libc.function("posix_spawn_file_actions_destroy"), Libc.address(actions), 0, 0);
    Libc.callInt(Libc.function("posix_spawnattr_destroy"), Libc.address(attributes), 0, 0);
  }

  private static ByteBuffer signalSet(long signals) {
    ByteBuffer set = Libc.memory(SIGSET_BYTES);
    set.putLong(0, signals);
    return set;
  }

  /** These functions answer with the error number itself. */
  private static void check(String function, long a, long b, long c) {
    refuse(function, Libc.callInt(Libc.function(function), a, b, c));
  }

  private static void refuse(String function, int error) {
    if (error != 0) {
      throw new SystemCallException(function, error);
    }
  }
}
