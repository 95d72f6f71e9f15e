package dev.pale.system;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Files that live in memory only. Thread-safe. */
public final class MemoryFiles {
  private static final long TMPFS = 0x01021994L;
  private static final long RAMFS = 0x858458f6L;
  private static final int STATFS_BYTES = 256;

  private MemoryFiles() {}

  /**
   * Whether the folder is on a file system that is never on a disk (tmpfs, whose pages may still be
   * swapped, or ramfs). False when it cannot be told.
   */
  public static boolean isMemoryBacked(Path folder) {
    ByteBuffer path = path(folder);
    ByteBuffer answer = Libc.memory(STATFS_BYTES);
    int result = Libc.callInt(Libc.function("statfs"), Libc.address(path), Libc.address(answer), 0);
    Libc.keep(path);
    if (result != 0) {
      return false;
    }
    long type = answer.getLong(0);
    return type == TMPFS || type == RAMFS;
  }

  /** Makes a fifo that only this user may open. */
  public static void makeFifo(Path fifo) {
    ByteBuffer path = path(fifo);
    int result = Libc.callInt(Libc.function("mkfifo"), Libc.address(path), 0600, 0);
    Libc.keep(path);
    Libc.check("mkfifo", result);
  }

  private static ByteBuffer path(Path path) {
    return Libc.cString(path.toString().getBytes(StandardCharsets.UTF_8));
  }
}
