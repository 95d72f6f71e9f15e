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
 * also when a signal ends the process.
 */
final class MemoryFolder implements AutoCloseable {
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  private final Path folder;
  private final Thread hook;

  private MemoryFolder(Path folder) {
    this.folder = folder;
    this.hook = new Thread(() -> wipe(folder));
    Runtime.getRuntime().addShutdownHook(hook);
  }

  static MemoryFolder create(Context context) {
    Path runtime = Folders.create(context.folders().runtime(), context.uid());
    for (Path base : List.of(runtime, SHARED_MEMORY)) {
      if (Files.isDirectory(base) && MemoryFiles.isMemoryBacked(base)) {
        byte[] random = new byte[12];
        new SecureRandom().nextBytes(random);
        try {
          // Fails when something is there already, and never follows a link.
          return new MemoryFolder(
              Files.createDirectory(
                  base.resolve("pale-edit-" + HexFormat.of().formatHex(random)),
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
