package dev.pale.gateway.proxy;

import dev.pale.gateway.http.BodyReader;
import dev.pale.gateway.http.Framing;
import dev.pale.gateway.inject.BodyGuard;
import dev.pale.gateway.inject.Injection;
import dev.pale.gateway.refusal.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A large body on its way up, on a thread of its own, because a server may answer before it has
 * read everything. What it may not carry ends the connection upstream before its last byte leaves.
 */
final class Upload implements Runnable {
  private static final int STEP_BYTES = 32 * 1024;
  private static final long STOP_MILLIS = 200;
  private static final long LAST_MILLIS = 5_000;

  private final BodyReader body;
  private final Injection injection;
  private final BodyGuard guard;
  private final Upstream server;
  private final Framing framing;
  private final long limit;
  private final Runnable moved;
  private final Thread thread;
  private volatile boolean taken;
  private volatile boolean ended;
  private volatile long bytes;
  private volatile @Nullable Refusal refusal;

  Upload(
      BodyReader body,
      Injection injection,
      Upstream server,
      Framing framing,
      long limit,
      Runnable moved) {
    this.body = body;
    this.injection = injection;
    this.guard = injection.guard();
    this.server = server;
    this.framing = framing;
    this.limit = limit;
    this.moved = moved;
    this.thread = Thread.ofVirtual().name("upload").unstarted(this);
  }

  void start() {
    thread.start();
  }

  @Override
  public void run() {
    try {
      server.out.beginBody(framing);
      byte[] step = new byte[STEP_BYTES];
      long sum = 0;
      int n;
      while ((n = fromClient(step)) >= 0) {
        sum += n;
        if (sum > limit) {
          throw Refusal.of(
              413,
              "body-too-large",
              "the body is larger than the policy allows for this request",
              "send less, or raise max_body_bytes of the rule");
        }
        // Before the last bytes leave: the answer to them may come before this thread goes on.
        taken = framing instanceof Framing.Length length && sum == length.bytes();
        guard.write(step, 0, n, this::pass);
        if (body.available() == 0) {
          server.out.flush();
        }
        bytes = sum;
        moved.run();
      }
      guard.finish(this::pass);
      injection.examineTrailers(body.trailers());
      taken = true;
      server.out.endBody();
      server.out.flush();
      ended = true;
    } catch (Refusal refused) {
      refusal = refused;
      server.close();
    } catch (IOException | UncheckedIOException unread) {
      // A server need not read everything: its answer may be on the way all the same.
    } catch (RuntimeException fault) {
      server.close();
    }
  }

  private int fromClient(byte[] step) throws IOException {
    boolean read = false;
    try {
      int n = body.read(step, 0, step.length);
      read = true;
      return n;
    } finally {
      if (!read) {
        // The client has gone: nobody waits for an answer.
        server.close();
      }
    }
  }

  private void pass(byte[] piece, int offset, int length) {
    try {
      server.out.body(piece, offset, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the client's body was read to its end, so that its next request may follow. */
  boolean taken() {
    return taken;
  }

  /** Whether everything was sent. */
  boolean ended() {
    return ended;
  }

  /** Waits for the end, as long as something moves; whether everything was sent. */
  boolean await() throws IOException {
    try {
      long before;
      do {
        before = bytes;
      } while (!thread.join(Duration.ofMillis(LAST_MILLIS)) && bytes != before);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return ended;
  }

  /** Waits for the end after the connection upstream was closed: it has nowhere to write. */
  void stop() {
    try {
      thread.join(Duration.ofMillis(STOP_MILLIS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Why it was stopped; null when it was not. */
  @Nullable Refusal refusal() {
    return refusal;
  }

  /** Throws why it was stopped, when it was: that is why there is no answer. */
  void rethrowRefusal() throws IOException {
    await();
    Refusal why = refusal;
    if (why != null) {
      throw why;
    }
  }

  /** How many bytes the client has sent. */
  long bytes() {
    return bytes;
  }
}
