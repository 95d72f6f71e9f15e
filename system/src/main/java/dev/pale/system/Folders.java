package dev.pale.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where Pale keeps its files, by the XDG base directory specification; {@code PALE_HOME} overrides
 * all four.
 *
 * <p>Nothing is created until {@link #create} is called. Thread-safe: immutable.
 *
 * @param config the user's configuration: {@code config.toml}
 * @param data the vault
 * @param state trust store, the audit head last seen, start-up caches
 * @param runtime sockets and files that are delivered to children; memory-backed where the system
 *     has such a folder
 */
public record Folders(Path config, Path data, Path state, Path runtime) {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  /**
   * The folders for an environment.
   *
   * @param environment the process environment: {@code PALE_HOME}, {@code XDG_*}, {@code HOME} are
   *     read
   * @param uid numeric user id, for the fallback of the runtime folder
   */
  public static Folders of(Map<String, String> environment, long uid) {
    String home = environment.getOrDefault("PALE_HOME", "");
    if (!home.isEmpty()) {
      Path root = Path.of(home).toAbsolutePath();
      return new Folders(
          root.resolve("config"),
          root.resolve("data"),
          root.resolve("state"),
          root.resolve("runtime"));
    }
    String user = environment.getOrDefault("HOME", "/");
    String session = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    return new Folders(
        absolute(environment.get("XDG_CONFIG_HOME"), user + "/.config").resolve("pale"),
        absolute(environment.get("XDG_DATA_HOME"), user + "/.local/share").resolve("pale"),
        absolute(environment.get("XDG_STATE_HOME"), user + "/.local/state").resolve("pale"),
        session.startsWith("/") ? Path.of(session).resolve("pale") : Path.of("/tmp/pale-" + uid));
  }

  /** The specification says: a relative path is ignored. */
  private static Path absolute(@Nullable String value, String fallback) {
    return value != null && value.startsWith("/") ? Path.of(value) : Path.of(fallback);
  }

  /**
   * Creates a folder and its parents with mode 0700, or checks the one that is there: a real folder
   * (no link), owned by {@code uid}, closed to others.
   *
   * @throws UnsafeFolderException when the folder that is there cannot be trusted
   * @throws UncheckedIOException when it cannot be created
   */
  public static Path create(Path folder, long uid) {
    try {
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        Path parent = folder.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
          Files.createDirectories(parent, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        }
        try {
          Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } catch (FileAlreadyExistsException raced) {
          // Another process was first, or something else is in the way: the checks below tell.
        }
      }
      Map<String, Object> is =
          Files.readAttributes(folder, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
      int mode = number(is, "mode");
      if ((mode & 0170000) != 0040000) {
        throw new UnsafeFolderException(folder, "it is not a folder");
      }
      if (number(is, "uid") != uid) {
        throw new UnsafeFolderException(folder, "it belongs to another user");
      }
      if ((mode & 0077) != 0) {
        throw new UnsafeFolderException(
            folder, "others can enter it (mode " + Integer.toOctalString(mode & 0777) + ")");
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int number(Map<String, Object> attributes, String name) {
    return attributes.get(name) instanceof Integer value ? value : -1;
  }

  /** A folder that Pale will not use: someone else could read or replace what is in it. */
  public static final class UnsafeFolderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnsafeFolderException(Path folder, String why) {
      super(folder + ": " + why);
    }
  }
}
