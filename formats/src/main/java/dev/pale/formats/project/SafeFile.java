package dev.pale.formats.project;

import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a small file only when nobody but the caller or root could have written it.
 *
 * <p>The checks come before the file is opened, because opening a fifo or a device can hang or have
 * an effect. Between check and opening only somebody who may write the folder could swap the file,
 * and that is checked first; that it is still the same file is checked again afterwards.
 */
final class SafeFile {
  private static final int TYPE = 0170000;
  private static final int REGULAR = 0100000;
  private static final int FOLDER = 0040000;
  private static final int LINK = 0120000;
  private static final int STICKY = 01000;

  private SafeFile() {}

  /** What {@code lstat} says. */
  record Stat(int mode, int uid, long inode, long device, long size) {
    boolean isLink() {
      return (mode & TYPE) == LINK;
    }
  }

  /** The attributes of the path itself, or empty when nothing is there. */
  static Optional<Stat> stat(Path path) {
    try {
      Map<String, Object> is =
          Files.readAttributes(path, "unix:mode,uid,ino,dev,size", LinkOption.NOFOLLOW_LINKS);
      return Optional.of(
          new Stat(
              (int) number(is, "mode"),
              (int) number(is, "uid"),
              number(is, "ino"),
              number(is, "dev"),
              number(is, "size")));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static long number(Map<String, Object> attributes, String name) {
    return attributes.get(name) instanceof Number value ? value.longValue() : -1;
  }

  /**
   * The bytes of a file that is no link, or empty when nothing is there.
   *
   * @throws PaleException 501 to 508
   */
  static Optional<byte[]> read(Path path, long uid) {
    Optional<Stat> is = stat(path);
    if (is.isEmpty()) {
      return Optional.empty();
    }
    requireSafe(path, is.get(), uid);
    Path folder = path.getParent();
    if (folder != null) {
      requireSafeFolder(folder, uid);
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
      bytes = in.readNBytes(ProjectFinder.MAX_BYTES + 1);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    requireSize(path, bytes.length);
    Optional<Stat> after = stat(path);
    if (after.isEmpty()
        || after.get().inode != is.get().inode
        || after.get().device != is.get().device) {
      throw PaleException.of(507, path + " changed while it was read", "", "run the command again");
    }
    return Optional.of(bytes);
  }

  private static void requireSafe(Path path, Stat is, long uid) {
    if ((is.mode & TYPE) != REGULAR) {
      throw PaleException.of(
          501,
          path + " is not a regular file",
          "it is " + kind(is.mode),
          "replace it with a regular file");
    }
    requireOwner(path, is, uid);
    if ((is.mode & 0022) != 0) {
      throw PaleException.of(
          503,
          path + " can be written by others",
          "its mode is " + octal(is.mode),
          "chmod go-w " + path);
    }
    requireSize(path, is.size);
  }

  private static void requireSafeFolder(Path folder, long uid) {
    Stat is = stat(folder).orElse(new Stat(0, -1, 0, 0, 0));
    if ((is.mode & TYPE) == FOLDER && (is.mode & 0002) != 0 && (is.mode & STICKY) == 0) {
      throw PaleException.of(
          504,
          folder + " can be written by everybody",
          "anyone could put another file in place (mode " + octal(is.mode) + ")",
          "chmod o-w " + folder);
    }
    requireOwner(folder, is, uid);
  }

  private static void requireOwner(Path path, Stat is, long uid) {
    if (is.uid != uid && is.uid != 0) {
      throw PaleException.of(
          502,
          path + " belongs to another user",
          "its owner has the user id " + is.uid + ", you have " + uid,
          "copy it, or take it over after reading it: chown " + uid + " " + path);
    }
  }

  private static void requireSize(Path path, long size) {
    if (size > ProjectFinder.MAX_BYTES) {
      throw PaleException.of(
          505, path + " is larger than 1 MiB", "no configuration needs that", "make it smaller");
    }
  }

  private static PaleException unreadable(Path path, IOException e) {
    return PaleException.of(
        508, path + " cannot be read", e.getClass().getSimpleName(), "check its permissions", e);
  }

  private static String kind(int mode) {
    return switch (mode & TYPE) {
      case FOLDER -> "a folder";
      case LINK -> "a link";
      case 0010000 -> "a fifo";
      case 0020000, 0060000 -> "a device";
      case 0140000 -> "a socket";
      default -> "something else";
    };
  }

  private static String octal(int mode) {
    return Integer.toOctalString(mode & 07777);
  }
}
