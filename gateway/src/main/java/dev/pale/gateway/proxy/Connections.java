package dev.pale.gateway.proxy;

import java.io.IOException;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * All open connections of clients, each with a deadline for what it is waiting for.
 *
 * <p>Bounded: when there is no room, the connection that has waited longest for its client gives
 * way; one that works never does. A thread looks at the deadlines, so that no read needs a timer of
 * its own. Thread-safe.
 */
final class Connections implements AutoCloseable {
  private static final long TICK_MILLIS = 250;

  /** So long nothing has moved before it is looked whether the client is still there. */
  private static final long SILENT_NANOS = 3_000_000_000L;

  private final Set<Entry> entries = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();
  private final int most;
  private final Thread reaper;
  private volatile boolean closed;

  Connections(int most) {
    this.most = most;
    this.reaper = Thread.ofVirtual().name("deadlines").start(this::watch);
  }

  /** One connection of a client and the connection upstream that belongs to it. */
  final class Entry implements AutoCloseable {
    private final Socket client;
    private volatile @Nullable Socket upstream;
    private volatile boolean working;
    private volatile boolean ended;
    private volatile long since = System.nanoTime();
    private volatile long deadline;
    private volatile long step;
    private volatile long movedAt = since;
    private volatile @Nullable ClientSession owner;

    private Entry(Socket client, long millis) {
      this.client = client;
      this.deadline = since + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Waits for the client, and may give way. */
    void waiting(long millis) {
      since = System.nanoTime();
      deadline = since + TimeUnit.MILLISECONDS.toNanos(millis);
      working = false;
    }

    /** Works on a request; called again whenever something moved. */
    void working(long millis) {
      step = millis;
      movedAt = System.nanoTime();
      deadline = movedAt + TimeUnit.MILLISECONDS.toNanos(millis);
      working = true;
    }

    /** Something moved: the time starts anew. */
    void moved() {
      movedAt = System.nanoTime();
      deadline = movedAt + TimeUnit.MILLISECONDS.toNanos(step);
    }

    private boolean isSilent(long now) {
      return working && !ended && now - movedAt > SILENT_NANOS;
    }

    /** The connection upstream is closed together with the client's. */
    void upstream(@Nullable Socket socket) throws IOException {
      upstream = socket;
      if (ended && socket != null) {
        socket.close();
        throw new IOException("closed");
      }
    }

    /** Whose it is, once that is known. */
    void owner(ClientSession session) {
      if (owner == null) {
        owner = session;
        session.connections.incrementAndGet();
      }
    }

    /** Ends both sides at once, also while other threads read or write. */
    void abort() {
      ended = true;
      quietly(client);
      quietly(upstream);
    }

    @Override
    public void close() {
      if (entries.remove(this)) {
        count.decrementAndGet();
        ClientSession session = owner;
        if (session != null) {
          session.connections.decrementAndGet();
        }
      }
      abort();
    }
  }

  /** Takes a connection in; null when there is no room for it, and it is closed then. */
  @Nullable Entry open(Socket client, long millis) {
    if (closed || (count.get() >= most && !makeRoom())) {
      quietly(client);
      return null;
    }
    Entry entry = new Entry(client, millis);
    count.incrementAndGet();
    entries.add(entry);
    if (closed) {
      entry.close();
      return null;
    }
    return entry;
  }

  /** How many there are. */
  int size() {
    return count.get();
  }

  private boolean makeRoom() {
    Entry oldest = null;
    for (Entry entry : entries) {
      if (!entry.working && !entry.ended && (oldest == null || entry.since - oldest.since < 0)) {
        oldest = entry;
      }
    }
    if (oldest == null) {
      return false;
    }
    // Its own thread notices; the place is free at once.
    oldest.close();
    return true;
  }

  private void watch() {
    long looked = System.nanoTime();
    while (!closed) {
      try {
        Thread.sleep(TICK_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
      long now = System.nanoTime();
      boolean silent = false;
      for (Entry entry : entries) {
        if (entry.deadline - now < 0) {
          entry.abort();
        }
        silent |= entry.isSilent(now);
      }
      if (silent && now - looked > SILENT_NANOS) {
        looked = now;
        leave(now);
      }
    }
  }

  /** Ends what works for clients that have gone. */
  private void leave(long now) {
    try {
      Departures departures = Departures.now();
      for (Entry entry : entries) {
        if (entry.isSilent(now) && departures.isGone(entry.client)) {
          entry.abort();
        }
      }
    } catch (IOException unknown) {
      // Then the deadlines have to do.
    }
  }

  /** Ends all of them. */
  @Override
  public void close() {
    closed = true;
    reaper.interrupt();
    for (Entry entry : entries) {
      entry.close();
    }
  }

  static void quietly(@Nullable Socket socket) {
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        // It is gone either way.
      }
    }
  }
}
