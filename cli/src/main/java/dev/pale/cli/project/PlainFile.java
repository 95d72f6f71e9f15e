package dev.pale.cli.project;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A plaintext file that was imported, on its way out. */
final class PlainFile {
  private PlainFile() {}

  /**
   * Overwrites and removes. Best effort: a copying file system, a flash disk, a backup or git may
   * still hold the old bytes.
   */
  static void remove(Path file) throws IOException {
    if (Files.isSymbolicLink(file)) {
      throw new IOException("it is a symbolic link");
    }
    if (Files.getAttribute(file, "unix:nlink") instanceof Integer names && names > 1) {
      // Overwriting would destroy what another path leads to, and removing would leave it there.
      throw new IOException("it has another name too (a hard link)");
    }
    long size = Files.size(file);
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      ByteBuffer zeros = ByteBuffer.allocate(65536);
      for (long at = 0; at < size; at += zeros.capacity()) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), size - at));
        out.write(zeros, at);
      }
      out.force(true);
    }
    Files.delete(file);
  }

  /**
   * Whether git tracks the file, by looking for its path in the index. Git itself is not called: a
   * repository's own configuration can make it run programs.
   */
  static boolean isTracked(Path file) {
    try {
      Path real = file.toRealPath();
      for (Path at = real.getParent(); at != null; at = at.getParent()) {
        Path git = at.resolve(".git");
        if (Files.exists(git)) {
          return holds(index(git), at.relativize(real).toString(), real.getFileName().toString());
        }
      }
    } catch (IOException e) {
      return false;
    }
    return false;
  }

  private static byte[] index(Path git) throws IOException {
    Path folder = git;
    if (Files.isRegularFile(git)) {
      String pointer = Files.readString(git).strip();
      if (!pointer.startsWith("gitdir: ")) {
        return new byte[0];
      }
      folder = git.resolveSibling(pointer.substring("gitdir: ".length()));
    }
    Path index = folder.resolve("index");
    return Files.isRegularFile(index) ? Files.readAllBytes(index) : new byte[0];
  }

  /** In versions 2 and 3 the whole path ends with a zero byte; version 4 shares prefixes. */
  private static boolean holds(byte[] index, String path, String name) {
    boolean compressed = index.length > 8 && index[7] == 4;
    byte[] wanted = ((compressed ? name : path) + "\0").getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i + wanted.length <= index.length; i++) {
      int k = 0;
      while (k < wanted.length && index[i + k] == wanted[k]) {
        k++;
      }
      // Before a path stand two bytes with its length, so a longer path does not match.
      if (k == wanted.length
          && (compressed || (i >= 2 && (index[i - 1] & 0xff) == ((wanted.length - 1) & 0xff)))) {
        return true;
      }
    }
    return false;
  }
}
