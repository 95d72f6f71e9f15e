package dev.pale.formats.project;

import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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
   * @throws dev.pale.secrets.PaleException 501 to 509 when the nearest one is not safe; 410 to 419
   *     when it cannot be read
   */
  public static Optional<FoundProject> find(Path start, Path home, long uid) {
    Path from = real(start);
    Path last = Files.isDirectory(home) ? real(home) : home;
    for (Path folder = from; folder != null; folder = folder.getParent()) {
      Path candidate = folder.resolve(ProjectFile.NAME);
      Optional<SafeFile.Stat> is = SafeFile.stat(candidate);
      if (is.isPresent()) {
        Path file = is.get().isLink() ? target(candidate, folder) : candidate;
        Optional<byte[]> bytes = SafeFile.read(file, uid);
        if (bytes.isPresent()) {
          return Optional.of(
              new FoundProject(candidate, bytes.get(), ProjectFile.parse(bytes.get())));
        }
      }
      if (folder.equals(last)) {
        break;
      }
    }
    return Optional.empty();
  }

  /** Where a link leads, if that is inside the repository. */
  private static Path target(Path link, Path folder) {
    Path target;
    try {
      target = link.toRealPath();
    } catch (IOException e) {
      throw PaleException.of(
          506, link + " is a link to nowhere", "", "replace it with a regular file", e);
    }
    Path repository = folder;
    for (Path above = folder; above != null; above = above.getParent()) {
      if (Files.exists(above.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
        repository = above;
        break;
      }
    }
    if (!target.startsWith(repository)) {
      throw PaleException.of(
          506,
          link + " is a link out of the repository",
          "it does not lead below " + repository,
          "replace it with a regular file");
    }
    return target;
  }

  private static Path real(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      throw PaleException.of(
          509,
          folder + " cannot be entered",
          e.getClass().getSimpleName(),
          "cd to another folder",
          e);
    }
  }
}
