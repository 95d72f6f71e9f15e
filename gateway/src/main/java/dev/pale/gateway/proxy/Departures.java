package dev.pale.gateway.proxy;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which clients have gone while their connection waits for a server. A thread that waits for the
 * one side does not read the other, and Java cannot look whether a socket was closed without
 * reading; the kernel's table tells. Stateless and thread-safe.
 */
final class Departures {
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
  private static final String ESTABLISHED = "01";

  private final Set<Long> present;

  private Departures(Set<Long> present) {
    this.present = present;
  }

  /**
   * How things are now.
   *
   * @throws IOException when the kernel does not tell
   */
  static Departures now() throws IOException {
    Set<Long> present = new HashSet<>();
    for (Path table : TABLES) {
      try {
        for (String line : Files.readAllLines(table, StandardCharsets.ISO_8859_1)) {
          add(line, present);
        }
      } catch (NoSuchFileException withoutIpv6) {
        // Then nobody has come that way.
      }
    }
    return new Departures(present);
  }

  /** {@code sl: local:port remote:port state …}, in hexadecimal. */
  private static void add(String line, Set<Long> present) {
    String[] words = line.trim().split(" +", 5);
    if (words.length == 5 && words[3].equals(ESTABLISHED)) {
      present.add(key(port(words[1]), port(words[2])));
    }
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1), 16);
  }

  private static long key(int own, int peer) {
    return (long) own << 16 | peer;
  }

  /**
   * Whether the peer has closed its side or the connection is gone; false where nobody can tell.
   */
  boolean isGone(Socket accepted) {
    int own = accepted.getLocalPort();
    int peer = accepted.getPort();
    return own > 0 && peer > 0 && !present.contains(key(own, peer));
  }
}
