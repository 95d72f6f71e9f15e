package dev.pale.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.system.Descriptors;
import dev.pale.system.Folders;
import dev.pale.system.MemoryFiles;
import dev.pale.system.Processes;
import dev.pale.system.SystemCallException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The folder of one start: mode 0700, in memory, with one file or fifo a secret. It is gone when
 * the child is: Pale removes it if it is the parent, and the {@link Janitor} in any case.
 *
 * <p>The file {@code .owners} holds the processes, one {@code pid start-time} a line, that keep the
 * folder alive. A folder without a living owner is removed by the next start.
 */
final class PrivateFolder {
  private static final String PREFIX = "run-";
  private static final String OWNERS = ".owners";
  private static final String INSTEAD = "use deliver = \"env\"";

  private final Path path;
  private final List<Path> fifos = new ArrayList<>();

  private PrivateFolder(Path path) {
    this.path = path;
  }

  /**
   * Makes the folder with everything in it, and tells the environment the paths.
   *
   * @param wanted where it shall be; used only if it is memory-backed
   * @throws PaleException 330 when there is no memory-backed place, 331 when it cannot be written
   */
  static PrivateFolder create(
      Path wanted, List<Launch.PrivateFile> files, ChildEnvironment environment) {
    PrivateFolder folder = empty(wanted, INSTEAD);
    try {
      for (Launch.PrivateFile file : files) {
        Path at = folder.path.resolve(file.name().text());
        if (file.fifo()) {
          MemoryFiles.makeFifo(at);
          folder.fifos.add(at);
        } else {
          write(at, file.value().bytes(Reveal.CHILD_FILE));
        }
        environment.set(file.name().text(), at.toString().getBytes(UTF_8));
      }
      return folder;
    } catch (IOException | UncheckedIOException | SystemCallException e) {
      throw folder.refused(INSTEAD, e);
    }
  }

  /**
   * Makes the folder with nothing in it, owned by this process; sweeps what others left behind.
   *
   * @param instead what the user can do where it cannot be made
   * @throws PaleException 330, 331 as above
   */
  static PrivateFolder empty(Path wanted, String instead) {
    Path base = memoryBacked(wanted, instead);
    sweep(base);
    byte[] random = new byte[12];
    new SecureRandom().nextBytes(random);
    PrivateFolder folder =
        new PrivateFolder(base.resolve(PREFIX + HexFormat.of().formatHex(random)));
    try {
      Folders.create(folder.path, Processes.user());
      folder.addOwner(Processes.pid());
      return folder;
    } catch (IOException | UncheckedIOException e) {
      throw folder.refused(instead, e);
    }
  }

  private PaleException refused(String instead, Exception cause) {
    remove();
    return PaleException.of(
        331,
        "the private folder for secret files cannot be written",
        path.getParent() + " refused",
        "make room in " + path.getParent() + ", or " + instead,
        cause);
  }

  private static Path memoryBacked(Path wanted, String instead) {
    Path fallback = Path.of("/dev/shm/pale-" + Processes.user());
    for (Path candidate : List.of(wanted, fallback)) {
      Path existing = candidate;
      while (existing != null && !Files.exists(existing)) {
        existing = existing.getParent();
      }
      if (existing != null && MemoryFiles.isMemoryBacked(existing)) {
        try {
          return Folders.create(candidate, Processes.user());
        } catch (Folders.UnsafeFolderException | UncheckedIOException next) {
          // The other place may do; if not, the error below says what is needed.
        }
      }
    }
    throw PaleException.of(
        330,
        "no memory-backed folder for secret files",
        "neither " + wanted + " nor " + fallback + " is a private folder on tmpfs",
        "mount a tmpfs, or " + instead);
  }

  private static void write(Path file, byte[] value) throws IOException {
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            file,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(value);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  /** As long as this process lives, the folder stays. */
  void addOwner(int pid) throws IOException {
    long start = ProcessTable.find(pid).map(ProcessTable.Entry::startTicks).orElse(0L);
    Files.write(
        path.resolve(OWNERS),
        (pid + " " + start + "\n").getBytes(UTF_8),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  Path path() {
    return path;
  }

  /** Hands each fifo's value to the first reader, on threads that never hold up the end. */
  void serveFifos(List<Launch.PrivateFile> files) {
    for (Launch.PrivateFile file : files) {
      if (file.fifo()) {
        Path fifo = path.resolve(file.name().text());
        Thread thread = new Thread(() -> serve(fifo, file), "pale-fifo");
        thread.setDaemon(true);
        thread.start();
      }
    }
  }

  private static void serve(Path fifo, Launch.PrivateFile file) {
    int fd = -1;
    try {
      // Waits for a reader. Once there is one, the name goes, so that there is no second.
      fd = Descriptors.open(fifo.toString().getBytes(UTF_8), 1);
      Files.deleteIfExists(fifo);
      byte[] value = file.value().bytes(Reveal.CHILD_FILE);
      ByteBuffer out = Descriptors.buffer(Math.max(1, value.length));
      try {
        out.put(0, value).limit(value.length);
        Descriptors.writeFully(fd, out);
      } finally {
        out.clear();
        out.put(0, new byte[out.capacity()]);
      }
    } catch (SystemCallException | IOException readerGone) {
      // The reader left before it had everything, or the folder is gone: nothing to hand over to.
    } finally {
      Descriptors.close(fd);
    }
  }

  /** Removes the folder with all that is in it. Never throws. */
  void remove() {
    delete(path);
  }

  /** Removes folders whose owners are all gone. */
  private static void sweep(Path base) {
    String[] names = base.toFile().list();
    for (String name : names == null ? new String[0] : names) {
      Path folder = base.resolve(name);
      if (name.startsWith(PREFIX)
          && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
          && isAbandoned(folder)) {
        delete(folder);
      }
    }
  }

  private static boolean isAbandoned(Path folder) {
    try {
      for (String line : Files.readAllLines(folder.resolve(OWNERS))) {
        int space = line.indexOf(' ');
        if (space > 0) {
          Optional<ProcessTable.Entry> owner =
              ProcessTable.find(Integer.parseInt(line.substring(0, space)));
          // A zombie may be a process that is just being replaced: it counts until it is gone.
          if (owner.isPresent()
              && owner.get().startTicks() == Long.parseLong(line.substring(space + 1))) {
            return false;
          }
        }
      }
      return true;
    } catch (IOException | NumberFormatException justBeingMade) {
      // A folder without the list may be one that another start makes at this moment.
      return folder.toFile().lastModified() < System.currentTimeMillis() - 60_000;
    }
  }

  /** What cannot be deleted is left to the janitor and the next start, who both try again. */
  private static void delete(Path folder) {
    if (Files.isSymbolicLink(folder)) {
      // The program may have put a link in the folder's place: what it leads to is not ours.
      deleteOne(folder);
      return;
    }
    File[] files = folder.toFile().listFiles();
    for (File file : files == null ? new File[0] : files) {
      if (file.isDirectory() && !Files.isSymbolicLink(file.toPath())) {
        delete(file.toPath());
      } else {
        deleteOne(file.toPath());
      }
    }
    deleteOne(folder);
  }

  private static void deleteOne(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException another) {
      // See above.
    }
  }
}
