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
  private final Socket carrier;

  /** Whether it has carried a whole exchange: only then may it have gone stale. */
  boolean used;

  /**
   * An open connection.
   *
   * @param socket what is read and written
   * @param carrier what TLS runs over; the same without TLS
   */
  Upstream(Authority authority, Socket socket, Socket carrier) throws IOException {
    this.authority = authority;
    this.tls = !socket.equals(carrier);
    this.socket = socket;
    this.carrier = carrier;
    this.in = new HttpInput(socket.getInputStream(), IN_BYTES);
    this.out = new HttpOutput(socket.getOutputStream(), OUT_BYTES);
  }

  boolean isFor(Authority wanted, boolean wantedTls) {
    return tls == wantedTls && authority.equals(wanted);
  }

  Socket socket() {
    return socket;
  }

  /**
   * Ends it without a word of TLS: that would wait for another thread's write, first read away all
   * that a server still sends, and let a body that was cut off look as if it had been ended.
   */
  @Override
  public void close() {
    Connections.quietly(carrier);
  }
}
