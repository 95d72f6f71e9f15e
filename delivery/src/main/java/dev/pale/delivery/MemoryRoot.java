package dev.pale.delivery;

import dev.pale.secrets.PaleException;
import dev.pale.system.Processes;
import java.nio.file.Path;

/**
 * A private folder in memory for plaintext that must not outlive this process.
 *
 * <p>Guarantees: mode 0700, on tmpfs or ramfs, never on a disk. It is gone after {@link #close};
 * when this process ends in any other way, {@code kill -9} included, a helper removes it within
 * about a second; and what the helper could not remove, the next folder that is made sweeps. It
 * does not keep pages from being swapped out.
 *
 * <p>Thread-safe.
 */
public final class MemoryRoot implements AutoCloseable {
  private final PrivateFolder folder;

  private MemoryRoot(PrivateFolder folder) {
    this.folder = folder;
  }

  /**
   * Makes the folder, empty.
   *
   * @param runtime where it shall be if that is memory-backed: {@code Folders.runtime()}
   * @param instead what the user can do where there is none, as the end of "mount a tmpfs, or"
   * @throws PaleException 330 when there is no memory-backed place, 331 when it cannot be written
   */
  public static MemoryRoot create(Path runtime, String instead) {
    PrivateFolder folder = PrivateFolder.empty(runtime, instead);
    Janitor.watch(folder.path(), Processes.pid());
    return new MemoryRoot(folder);
  }

  /** The folder. */
  public Path path() {
    return folder.path();
  }

  /** Removes the folder with all that is in it; the second call does nothing. Never throws. */
  @Override
  public void close() {
    folder.remove();
  }
}
