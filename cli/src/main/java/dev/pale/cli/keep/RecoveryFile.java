package dev.pale.cli.keep;

import dev.pale.cli.session.Session;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import dev.pale.system.Folders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * The file that takes a recovery code where no person reads the terminal: new, mode 0600, outside
 * of every git work tree. It is made before the key that the code belongs to, so that a full disk
 * or a wrong path cannot lose the code; when nothing was written it is removed again.
 */
final class RecoveryFile implements AutoCloseable {
  private static final int NAMES = 100;

  private final Path path;
  private final FileChannel channel;
  private boolean written;

  private RecoveryFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Makes the file that is needed: the one that the user names, or one in the configuration folder
   * when the code can neither go to a terminal nor into a JSON answer.
   *
   * @throws PaleException 139 when it is there already or cannot be made, 143 in a git work tree
   */
  static Optional<RecoveryFile> ifNeeded(Session session, Optional<Path> named) {
    if (named.isPresent()) {
      Path wanted = session.context().cwd().resolve(named.get());
      return Optional.of(
          make(wanted)
              .orElseThrow(
                  () -> PaleException.of(139, wanted + " is there already", "", "name another")));
    }
    boolean agent = session.context().isAgent();
    if (!agent && (session.screen().json() || session.context().terminal().error())) {
      return Optional.empty();
    }
    Path folder = Folders.create(session.context().folders().config(), session.context().uid());
    for (int i = 1; i < NAMES; i++) {
      Optional<RecoveryFile> file =
          make(folder.resolve(i == 1 ? "recovery-code.txt" : "recovery-code." + i + ".txt"));
      if (file.isPresent()) {
        return file;
      }
    }
    throw PaleException.of(
        139, "no recovery code can be kept in " + folder, "it is full of them", "--recovery-file");
  }

  /** Empty when there is something already. */
  private static Optional<RecoveryFile> make(Path wanted) {
    try {
      Path parent = wanted.toAbsolutePath().normalize().getParent();
      Path folder = (parent == null ? wanted : parent).toRealPath();
      for (Path at = folder; at != null; at = at.getParent()) {
        if (Files.exists(at.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
          throw PaleException.of(
              143,
              wanted + " is inside the git work tree " + at,
              "the recovery code opens the whole vault",
              "--recovery-file FILE outside of it, or --json");
        }
      }
      Path file = folder.resolve(wanted.getFileName());
      return Optional.of(
          new RecoveryFile(
              file,
              FileChannel.open(
                  file,
                  Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rw-------")))));
    } catch (FileAlreadyExistsException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw PaleException.of(
          139,
          "cannot write " + wanted,
          e.getClass().getSimpleName(),
          "check that its folder is there and yours",
          e);
    }
  }

  /** Where it is. */
  Path path() {
    return path;
  }

  /** Writes the code, down to the disk. */
  void write(SecretValue code) {
    byte[] bytes = code.bytes(Reveal.SHOW);
    ByteBuffer line = ByteBuffer.allocate(bytes.length + 1).put(bytes).put((byte) '\n').flip();
    try {
      while (line.hasRemaining()) {
        channel.write(line);
      }
      channel.force(true);
      written = true;
    } catch (IOException e) {
      throw PaleException.of(
          139,
          "the recovery code could not be written to " + path,
          e.getClass().getSimpleName(),
          "make room, then: pale vault rekey makes a new code",
          e);
    } finally {
      line.clear();
      line.put(new byte[line.capacity()]);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
      if (!written) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      // An empty file may stay; it holds nothing.
    }
  }
}
