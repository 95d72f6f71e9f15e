package dev.pale.cli.edit;

import dev.pale.cli.context.Context;
import dev.pale.secrets.PaleException;
import dev.pale.system.Folders;
import dev.pale.system.MemoryFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/**
 * A private folder whose files are in memory only. It is overwritten and removed when closed, and
 * also when a signal ends the process. After {@code kill -9} the next one that is made removes it:
 * each folder holds a file that is locked as long as its process lives.
 */
final class MemoryFolder implements AutoCloseable {
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final String PREFIX = "pale-edit-";
  private static final String LOCK = ".lock";

  /** So young, it may be one that another process is just making and has not locked yet. */
  private static final long YOUNG_MILLIS = 10_000;

  private final Path folder;
  private final Thread hook;
  private final FileChannel lock;

  private MemoryFolder(Path folder) throws IOException {
    this.folder = folder;
    this.lock = locked(folder);
    this.hook = new Thread(() -> wipe(folder));
    Runtime.getRuntime().addShutdownHook(hook);
  }

  static MemoryFolder create(Context context) {
    Path runtime = Folders.create(context.folders().runtime(), context.uid());
    for (Path base : List.of(runtime, SHARED_MEMORY)) {
      if (Files.isDirectory(base) && MemoryFiles.isMemoryBacked(base)) {
        sweep(base, context.uid());
        byte[] random = new byte[12];
        new SecureRandom().nextBytes(random);
        try {
          // Fails when something is there already, and never follows a link.
          return new MemoryFolder(
              Files.createDirectory(
                  base.resolve(PREFIX + HexFormat.of().formatHex(random)),
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rwx------"))));
        } catch (IOException e) {
          throw PaleException.of(
              145, "cannot make a folder in " + base, e.getClass().getSimpleName(), "", e);
        }
      }
    }
    throw PaleException.of(
        145,
        "there is no memory-backed folder to edit in",
        "neither " + runtime + " nor /dev/shm is a tmpfs, and values are not put on a disk",
        "mount a tmpfs on /dev/shm, or set values one by one with pale set NAME");
  }

  private static FileChannel locked(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve(LOCK),
            java.util.Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    channel.lock();
    return channel;
  }

  /** Removes what processes left behind that were killed. */
  private static void sweep(Path base, long uid) {
    try (var folders = Files.newDirectoryStream(base, PREFIX + "*")) {
      for (Path each : folders) {
        if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)
            && Files.getAttribute(each, "unix:uid", LinkOption.NOFOLLOW_LINKS) instanceof Integer is
            && is == uid
            && isAbandoned(each)) {
          wipe(each);
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      // Another one sweeps at the same time; what is left, the next one takes.
    }
  }

  private static boolean isAbandoned(Path folder) {
    try {
      long age = System.currentTimeMillis() - Files.getLastModifiedTime(folder).toMillis();
      if (age < YOUNG_MILLIS) {
        return false;
      }
      try (FileChannel channel =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
        return channel.tryLock() != null;
      }
    } catch (java.nio.channels.OverlappingFileLockException ours) {
      return false;
    } catch (java.nio.file.NoSuchFileException neverLocked) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  static void write(Path file, byte[] bytes) {
    try (FileChannel out =
        FileChannel.open(
            file,
            java.util.Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        out.write(rest);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    wipe(folder);
    try {
      lock.close();
    } catch (IOException e) {
      // The process ends soon, and the lock with it.
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // The process is ending: the hook finds nothing to do.
    }
  }

  /** Editors leave swap files, backups and folders beside the file: all of it goes. */
  private static void wipe(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes is) throws IOException {
              if (is.isRegularFile()) {
                overwrite(file, is.size());
              }
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                Path each, @org.jspecify.annotations.Nullable IOException e) throws IOException {
              Files.deleteIfExists(each);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      // Whatever is left is in a folder of mode 0700 in memory; there is nobody to tell in a hook.
    }
  }

  private static void overwrite(Path file, long size) {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocate(8192);
      for (long at = 0; at < size; at += zeros.capacity()) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), size - at));
        out.write(zeros, at);
      }
    } catch (IOException e) {
      // Read-only: removing it is what can be done.
    }
  }
}
