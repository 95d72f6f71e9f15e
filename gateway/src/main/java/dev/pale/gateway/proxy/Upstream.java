package dev.pale.gateway.proxy;

import dev.pale.gateway.http.HttpInput;
import dev.pale.gateway.http.HttpOutput;
import dev.pale.gateway.name.Authority;
import java.io.IOException;
import java.net.Socket;

/**
 * One connection to a server, used by one client connection only: answers and credentials of
 * clients never meet in it. Not thread-safe, but for one thread that writes while one reads.
 */
final class Upstream implements AutoCloseable {
  private static final int IN_BYTES = 16 * 1024;
  private static final int OUT_BYTES = 16 * 1024;

  final Authority authority;
  final boolean tls;
  final HttpInput in;
  final HttpOutput out;
  private final Socket socket;

  /** Whether it has carried a whole exchange: only then may it have gone stale. */
  boolean used;

  Upstream(Authority authority, boolean tls, Socket socket) throws IOException {
    this.authority = authority;
    this.tls = tls;
    this.socket = socket;
    this.in = new HttpInput(socket.getInputStream(), IN_BYTES);
    this.out = new HttpOutput(socket.getOutputStream(), OUT_BYTES);
  }

  boolean isFor(Authority wanted, boolean wantedTls) {
    return tls == wantedTls && authority.equals(wanted);
  }

  Socket socket() {
    return socket;
  }

  @Override
  public void close() {
    Connections.quietly(socket);
  }
}
