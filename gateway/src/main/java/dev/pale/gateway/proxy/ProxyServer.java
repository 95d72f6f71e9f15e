package dev.pale.gateway.proxy;

import dev.pale.gateway.approve.Approvals;
import dev.pale.gateway.name.AddressGuard;
import dev.pale.gateway.name.UpstreamProxy;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.gateway.tls.SessionAuthority;
import dev.pale.gateway.trust.Sightings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The listeners of a gateway. The first connections get threads of the system, whose reads wait in
 * the kernel and wake up at once; all beyond get virtual ones, which cost little to have and more
 * to wake. Thread-safe.
 */
public final class ProxyServer implements AutoCloseable {
  private static final int BACKLOG = 512;

  /** So many connections at a time have a thread of the system. */
  private static final int OWN_THREADS = 64;

  /** So long the end waits for connections to finish their rows. */
  private static final long LAST_MILLIS = 1_000;

  private final Shared shared;
  private final Connections connections;
  private final PeerCheck peers;
  private final Semaphore ownThreads = new Semaphore(OWN_THREADS);
  private final AtomicInteger running = new AtomicInteger();
  private final List<AutoCloseable> listeners = new ArrayList<>();
  private volatile boolean closed;

  private ProxyServer(Shared shared, Connections connections, PeerCheck peers) {
    this.shared = shared;
    this.connections = connections;
    this.peers = peers;
  }

  /**
   * A server without listeners.
   *
   * @param authority makes certificates
   * @param guard says which addresses may be dialled
   * @param trust what certificates of servers must come from; asked for at the first connection
   * @param through a proxy on the way
   * @param approvals asks the human
   * @param explainer answers {@code /explain} of the gateway's own host
   * @param alarms takes client and text
   * @param answerMillis how long a server may be silent
   * @param most connections of clients at a time
   * @param uid whose processes may use a listener without credentials
   */
  public static ProxyServer create(
      SessionAuthority authority,
      AddressGuard guard,
      Supplier<SSLContext> trust,
      Optional<UpstreamProxy> through,
      Approvals approvals,
      Explainer explainer,
      BiConsumer<ClientSession, Refusal> alarms,
      long answerMillis,
      int most,
      long uid) {
    Shared shared =
        new Shared(
            authority,
            new Dialer(guard, trust, through),
            approvals,
            new OwnHost(explainer),
            new CopyOnWriteArrayList<>(),
            new Strangers(System::nanoTime),
            alarms,
            answerMillis);
    return new ProxyServer(shared, new Connections(most), new PeerCheck(uid));
  }

  /** Makes a token stand for a client. */
  public void admit(String token, ClientSession session) {
    shared.clients().add(new Credential(token, session));
  }

  /** Whether a client's ping with this nonce has come through. */
  public boolean sawPing(String nonce) {
    return shared.own().sawPing(nonce);
  }

  /** What was seen of the probes of {@code pale gateway doctor}. */
  public Sightings sightings() {
    return shared.own();
  }

  /** Listens where a token tells whose a connection is; returns the port. */
  public synchronized int listen(InetSocketAddress address) throws IOException {
    ServerSocket server = bound(address);
    accept("clients", () -> server.accept(), socket -> true, null);
    return server.getLocalPort();
  }

  /** Listens on loopback for processes below this one; returns the port. */
  public synchronized int listenForDescendants(ClientSession session) throws IOException {
    ServerSocket server = bound(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    accept("descendants", () -> server.accept(), peers::isOurs, session);
    return server.getLocalPort();
  }

  /** Listens on a unix socket, which only this user can open. */
  public synchronized void listen(Path path, ClientSession session) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listeners.add(server);
    server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    accept(
        "unix",
        () -> {
          SocketChannel channel = server.accept();
          return new ChannelSocket(channel);
        },
        socket -> true,
        session);
  }

  private ServerSocket bound(InetSocketAddress address) throws IOException {
    ServerSocket server = new ServerSocket();
    listeners.add(server);
    server.setReuseAddress(true);
    server.bind(address, BACKLOG);
    return server;
  }

  @FunctionalInterface
  private interface Acceptor {
    Socket accept() throws IOException;
  }

  @FunctionalInterface
  private interface Check {
    boolean allows(Socket socket);
  }

  private void accept(
      String name, Acceptor acceptor, Check check, @Nullable ClientSession session) {
    Thread.ofPlatform()
        .daemon()
        .name("accept-" + name)
        .start(() -> {
          while (!closed) {
            try {
              take(acceptor.accept(), check, session);
            } catch (IOException e) {
              // Out of descriptors, or closed: not a loop that burns the processor.
              LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
          }
        });
  }

  private void take(Socket socket, Check check, @Nullable ClientSession session) {
    Connections.Entry entry = connections.open(socket, ClientConnection.YOUNG_MILLIS);
    if (entry == null) {
      return;
    }
    Runnable serve =
        () -> {
          try {
            if (check.allows(socket)) {
              new ClientConnection(shared, entry, socket, session).run();
            } else {
              entry.close();
            }
          } finally {
            running.decrementAndGet();
          }
        };
    running.incrementAndGet();
    if (!ownThreads.tryAcquire()) {
      Thread.ofVirtual().start(serve);
      return;
    }
    try {
      Thread.ofPlatform()
          .daemon()
          .name("client")
          .start(() -> {
            try {
              serve.run();
            } finally {
              ownThreads.release();
            }
          });
    } catch (OutOfMemoryError noThread) {
      // The user's processes are at their limit: a virtual one needs no process of its own.
      ownThreads.release();
      Thread.ofVirtual().start(serve);
    }
  }

  /** Stops listening, ends every connection, and waits a moment until each has said so. */
  @Override
  public void close() {
    closed = true;
    for (AutoCloseable listener : listeners) {
      try {
        listener.close();
      } catch (Exception e) {
        // It is of no use either way.
      }
    }
    connections.close();
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAST_MILLIS);
    while (running.get() > 0 && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }
}
