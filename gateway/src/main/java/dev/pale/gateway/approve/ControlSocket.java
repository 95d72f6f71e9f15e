package dev.pale.gateway.approve;

import dev.pale.secrets.PaleException;
import dev.pale.system.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * A unix domain socket in a folder that only its owner enters.
 *
 * <p>A socket file that nobody listens at any more is replaced. Looking, removing and binding are
 * done under a lock file of the folder, so that two gateways that start at once do not take each
 * other's socket away.
 */
final class ControlSocket implements AutoCloseable {
  private static final int SOCKET = 0140000;
  private static final int TYPE = 0170000;
  private static final int LONGEST_PATH = 107;

  /** Locks of files are for the whole process. */
  private static final Object OURS = new Object();

  private final Path path;
  private final Object identity;
  private final ServerSocketChannel server;

  private ControlSocket(Path path, Object identity, ServerSocketChannel server) {
    this.path = path;
    this.identity = identity;
    this.server = server;
  }

  /**
   * Binds a socket.
   *
   * @param folder is created with mode 0700, or must be such
   * @throws PaleException 760 when it cannot be bound, 761 when another gateway listens there
   */
  static ControlSocket bind(Path folder, String name, long uid) {
    Path path = folder.resolve(name);
    try {
      Folders.create(folder, uid);
      synchronized (OURS) {
        try (FileChannel lockFile = lockFile(folder);
            FileLock _ = lockFile.lock()) {
          return bind(path);
        }
      }
    } catch (IOException | UncheckedIOException | Folders.UnsafeFolderException e) {
      throw PaleException.of(
          760,
          "the gateway's control socket cannot be opened",
          String.valueOf(e.getMessage()),
          "check " + folder,
          e);
    }
  }

  private static ControlSocket bind(Path path) throws IOException {
    if (path.toString().length() > LONGEST_PATH) {
      throw new IOException(path + " is longer than " + LONGEST_PATH + " characters");
    }
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      if (!isSocket(path)) {
        throw new IOException(path + " is in the way and is no socket");
      }
      if (isListenedAt(path)) {
        throw PaleException.of(
            761,
            "another gateway listens at this control socket",
            path.toString(),
            "end it first, or start this one under another name");
      }
      Files.delete(path);
    }
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      return new ControlSocket(path, identity(path), server);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static FileChannel lockFile(Path folder) throws IOException {
    return FileChannel.open(
        folder.resolve("control.lock"),
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  private static boolean isSocket(Path path) throws IOException {
    return Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) instanceof Integer mode
        && (mode & TYPE) == SOCKET;
  }

  private static boolean isListenedAt(Path path) {
    try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      return probe.isConnected();
    } catch (IOException refused) {
      return false;
    }
  }

  /** Device and inode: whether a file is still the one that was made here. */
  private static Object identity(Path path) throws IOException {
    Map<String, Object> is = Files.readAttributes(path, "unix:dev,ino", LinkOption.NOFOLLOW_LINKS);
    return is;
  }

  Path path() {
    return path;
  }

  SocketChannel accept() throws IOException {
    return server.accept();
  }

  /** Whether the process at the other end runs as the user who owns the socket file. */
  static boolean isSameUser(SocketChannel peer, Path path) {
    try {
      return peer.getOption(ExtendedSocketOptions.SO_PEERCRED)
          .user()
          .equals(Files.getOwner(path, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Closes and removes the socket, unless another one is in its place by now. */
  @Override
  public void close() {
    synchronized (OURS) {
      @Nullable Path folder = path.getParent();
      try (server;
          FileChannel lockFile = lockFile(folder == null ? path : folder);
          FileLock _ = lockFile.lock()) {
        if (identity(path).equals(identity)) {
          Files.delete(path);
        }
      } catch (IOException e) {
        // The folder is gone, or the file: a stale socket does no harm, the next one replaces it.
      }
    }
  }
}
