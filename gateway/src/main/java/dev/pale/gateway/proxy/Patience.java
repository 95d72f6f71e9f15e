package dev.pale.gateway.proxy;

import java.net.Socket;

/**
 * A limit on how long something may take: then the socket is closed, which ends every wait for it.
 * A timeout of the socket's own would make each later read ask first whether there is something.
 */
final class Patience implements AutoCloseable {
  private final Thread timer;
  private volatile boolean over;

  Patience(Socket socket, long millis) {
    timer =
        Thread.ofVirtual()
            .start(() -> {
              try {
                Thread.sleep(millis);
                over = true;
                Connections.quietly(socket);
              } catch (InterruptedException done) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** Whether the time has run out. */
  boolean isOver() {
    return over;
  }

  /** It was done in time. */
  @Override
  public void close() {
    timer.interrupt();
  }
}
