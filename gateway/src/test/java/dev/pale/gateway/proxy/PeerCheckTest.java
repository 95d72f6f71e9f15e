package dev.pale.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerCheckTest {
  private static final String PROGRAM =
      "import socket, sys, time\n"
          + "s = socket.socket(socket.AF_UNIX)\n"
          + "s.bind(sys.argv[1]); s.connect(sys.argv[2])\n"
          + "print('here', flush=True)\n"
          + "time.sleep(30)\n";

  @TempDir Path folder;

  private final PeerCheck check = new PeerCheck(0);

  @Test
  void a_socket_of_a_process_below_is_not_outside() throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      Path listening = folder.resolve("l");
      server.bind(UnixDomainSocketAddress.of(listening));
      Path own = folder.resolve("own");
      Process child =
          new ProcessBuilder("python3", "-c", PROGRAM, own.toString(), listening.toString())
              .start();
      try {
        assertThat(child.getInputStream().read()).isEqualTo('h');
        assertThat(check.isOutside(own)).isFalse();
      } finally {
        child.destroyForcibly().waitFor();
      }
    }
  }

  /** Connects from a process whose parent ends at once, so that it is not below this one. */
  private long elsewhere(Path own, Path listening) throws Exception {
    Process parent =
        new ProcessBuilder(
                "sh",
                "-c",
                "setsid python3 -c \"$0\" \"$1\" \"$2\" >\"$3\" 2>&1 & echo $!",
                PROGRAM,
                own.toString(),
                listening.toString(),
                folder.resolve("out").toString())
            .start();
    long pid = Long.parseLong(new String(parent.getInputStream().readAllBytes()).trim());
    parent.waitFor();
    return pid;
  }

  @Test
  void a_socket_of_a_process_elsewhere_is_outside() throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      Path listening = folder.resolve("l");
      server.bind(UnixDomainSocketAddress.of(listening));
      Path own = folder.resolve("own");
      long pid = elsewhere(own, listening);
      try (SocketChannel accepted = server.accept()) {
        assertThat(accepted.getRemoteAddress()).isEqualTo(UnixDomainSocketAddress.of(own));
        assertThat(check.isOutside(own)).isTrue();
      } finally {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }

  @Test
  void a_name_spelt_with_two_slashes_is_the_same_name() throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      Path listening = folder.resolve("l");
      server.bind(UnixDomainSocketAddress.of(listening));
      Path own = folder.resolve("own");
      Process child =
          new ProcessBuilder("python3", "-c", PROGRAM, folder + "//own", listening.toString())
              .start();
      try {
        assertThat(child.getInputStream().read()).isEqualTo('h');
        assertThat(check.isOutside(own)).isFalse();
        // And one that holds the name beside it is not enough: two sockets, one name.
        java.nio.file.Files.delete(own);
        long pid = elsewhere(own, listening);
        try (SocketChannel first = server.accept();
            SocketChannel other = server.accept()) {
          assertThat(first.getRemoteAddress()).isEqualTo(other.getRemoteAddress());
          assertThat(check.isOutside(own)).isFalse();
        } finally {
          ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
      } finally {
        child.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void a_name_that_nobody_holds_is_not_outside() {
    assertThat(check.isOutside(folder.resolve("nobody"))).isFalse();
    assertThat(check.isOutside(Path.of(""))).isFalse();
  }
}
