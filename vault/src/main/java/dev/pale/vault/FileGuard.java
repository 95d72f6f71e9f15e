package dev.pale.vault;

import dev.pale.secrets.PaleException;
import dev.pale.system.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/** Files and folders that only their owner may touch. */
final class FileGuard {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private FileGuard() {}

  /** The numeric user id of this process. */
  static long uid() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid
          ? uid
          : -1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Creates or checks a folder of mode 0700. */
  static Path folder(Path folder) {
    try {
      return Folders.create(folder, uid());
    } catch (Folders.UnsafeFolderException e) {
      throw PaleException.of(
          217,
          "a folder of the vault is not safe",
          String.valueOf(e.getMessage()),
          "chmod 700 " + folder,
          e);
    } catch (UncheckedIOException e) {
      throw PaleException.of(
          216,
          "a folder cannot be created",
          folder.toString(),
          "check its parent's owner and mode",
          e);
    }
  }

  /**
   * Refuses a file that is not a regular file, not this user's, or open to others.
   *
   * @param kind what the file is, for the message
   */
  static void check(String kind, Path file) {
    try {
      Map<String, Object> is =
          Files.readAttributes(file, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
      int mode = is.get("mode") instanceof Integer m ? m : -1;
      if ((mode & 0170000) != 0100000) {
        throw unsafe(kind, file, "it is not a regular file", "replace it by the file itself");
      }
      if (!(is.get("uid") instanceof Integer owner) || owner != uid()) {
        throw unsafe(kind, file, "it belongs to another user", "use a file of your own");
      }
      if ((mode & 0077) != 0) {
        throw unsafe(
            kind,
            file,
            "others may read or write it (mode " + Integer.toOctalString(mode & 0777) + ")",
            "chmod 600 " + file);
      }
    } catch (IOException e) {
      throw PaleException.of(
          216, "the " + kind + " cannot be read", file.toString(), "check that it is there", e);
    }
  }

  private static PaleException unsafe(String kind, Path file, String why, String mend) {
    return PaleException.of(217, "the " + kind + " is not safe", file + ": " + why, mend);
  }

  /** Creates an empty file of mode 0600; whether it was created, rather than there before. */
  static boolean create(Path file) throws IOException {
    try {
      Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  /** Writes a new file of mode 0600 and waits until it is on the disk. */
  static void writeDurably(Path file, byte[] content) throws IOException {
    Files.deleteIfExists(file);
    try (FileChannel out =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
  }

  /** Renames over what is there and makes the rename durable. */
  static void replace(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    syncFolder(to);
  }

  /** Makes the entry of a file in its folder durable. */
  static void syncFolder(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
