package dev.pale.gateway.proxy;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which process is at the other end of a connection on loopback: the listener without credentials
 * serves only processes of this user that descend from this one.
 *
 * <p>The kernel tells the owner of each end in {@code /proc/net/tcp}; the process is the one that
 * holds that socket open. It costs a walk over the descendants' descriptors for each connection, so
 * only that listener does it. Stateless and thread-safe.
 */
public final class PeerCheck {
  private static final String LOOPBACK = "0100007F";
  private static final String MAPPED = "0000000000000000FFFF0000";
  private static final Path PROC = Path.of("/proc");

  private final long self = ProcessHandle.current().pid();
  private final long uid;

  /** For processes of this user. */
  public PeerCheck(long uid) {
    this.uid = uid;
  }

  /** Whether the peer is a process of this user below this process. */
  boolean isOurs(Socket accepted) {
    if (!(accepted.getInetAddress() instanceof Inet4Address)) {
      return false;
    }
    try {
      String inode = inode(accepted.getPort(), accepted.getLocalPort());
      return inode != null && isHeldByDescendant(inode);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Whether a unix socket that is bound to this path is held by a process that is not below this
   * one, and by none that is. Closed when in doubt: a process below this one whose descriptors
   * cannot be read, or a socket that nobody holds because it is on its way between two processes.
   */
  public boolean isOutside(Path bound) {
    try {
      List<String> inodes = new ArrayList<>();
      for (String line : Files.readAllLines(PROC.resolve("net/unix"))) {
        List<String> words = words(line);
        // The kernel tells the name as it was given; Java's has no doubled slashes.
        if (words.size() == 8
            && words.get(7).startsWith("/")
            && Path.of(words.get(7)).toString().equals(bound.toString())) {
          inodes.add("socket:[" + words.get(6) + "]");
        }
      }
      if (inodes.size() != 1) {
        return false;
      }
      Set<Long> below = new HashSet<>();
      for (ProcessHandle each : ProcessHandle.current().descendants().toList()) {
        below.add(each.pid());
        if (!isReadable(each.pid()) && each.isAlive()) {
          return false;
        }
      }
      below.add(self);
      boolean outside = false;
      for (String inode : inodes) {
        for (ProcessHandle each : ProcessHandle.allProcesses().toList()) {
          if (each.pid() != self && holds(each.pid(), inode)) {
            if (below.contains(each.pid()) || descends(each)) {
              return false;
            }
            outside = true;
          }
        }
      }
      return outside;
    } catch (IOException unreadable) {
      return false;
    }
  }

  private boolean descends(ProcessHandle process) {
    Optional<ProcessHandle> each = Optional.of(process);
    while (each.isPresent()) {
      if (each.get().pid() == self) {
        return true;
      }
      each = each.get().parent();
    }
    return false;
  }

  private static boolean isReadable(long pid) {
    try (DirectoryStream<Path> any =
        Files.newDirectoryStream(PROC.resolve(Long.toString(pid)).resolve("fd"))) {
      return any.iterator() != null;
    } catch (IOException e) {
      return false;
    }
  }

  /** The inode of the peer's end, when it belongs to this user. */
  private @Nullable String inode(int peerPort, int ownPort) throws IOException {
    String inode = inode("net/tcp", LOOPBACK, peerPort, ownPort);
    // The JVM, for one, reaches 127.0.0.1 by a socket of IPv6 with a mapped address.
    return inode == null ? inode("net/tcp6", MAPPED + LOOPBACK, peerPort, ownPort) : inode;
  }

  private @Nullable String inode(String table, String address, int peerPort, int ownPort)
      throws IOException {
    String local = address + ":" + hex(peerPort);
    String remote = address + ":" + hex(ownPort);
    Path file = PROC.resolve(table);
    if (!Files.exists(file)) {
      return null;
    }
    for (String line : Files.readAllLines(file)) {
      List<String> words = words(line);
      if (words.size() > 9 && words.get(1).equals(local) && words.get(2).equals(remote)) {
        boolean mine = words.get(7).equals(Long.toString(uid));
        return mine && !words.get(9).equals("0") ? words.get(9) : null;
      }
    }
    return null;
  }

  private static String hex(int port) {
    String text = Integer.toHexString(port).toUpperCase(Locale.ROOT);
    return "0000".substring(text.length()) + text;
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>(16);
    int from = 0;
    for (int i = 0; i <= line.length(); i++) {
      if (i == line.length() || line.charAt(i) == ' ') {
        if (i > from) {
          words.add(line.substring(from, i));
        }
        from = i + 1;
      }
    }
    return words;
  }

  private boolean isHeldByDescendant(String inode) {
    String wanted = "socket:[" + inode + "]";
    return ProcessHandle.of(self).stream()
        .flatMap(ProcessHandle::descendants)
        .anyMatch(process -> holds(process.pid(), wanted));
  }

  private static boolean holds(long pid, String wanted) {
    Path folder = PROC.resolve(Long.toString(pid)).resolve("fd");
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(folder)) {
      for (Path descriptor : descriptors) {
        try {
          if (Files.readSymbolicLink(descriptor).toString().equals(wanted)) {
            return true;
          }
        } catch (IOException closedMeanwhile) {
          // On to the next one.
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException goneOrForeign) {
      return false;
    }
    return false;
  }
}
