package dev.pale.providers.http;

import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Collects one body up to a bound; beyond it the connection is given up, whatever the answer
 * claimed its length to be. Arrays that were outgrown are wiped.
 */
final class BoundedBody implements BodyHandler<byte[]>, BodySubscriber<byte[]> {
  /** That the answer is larger than its bound. */
  static final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static final byte[] NONE = new byte[0];

  private final int most;
  private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
  private byte[] bytes = NONE;
  private int length;
  private boolean unwanted;
  private @Nullable Subscription subscription;

  BoundedBody(int most) {
    this.most = most;
  }

  @Override
  public BodySubscriber<byte[]> apply(ResponseInfo answer) {
    unwanted = answer.statusCode() / 100 == 3;
    return this;
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return whole;
  }

  @Override
  public void onSubscribe(Subscription given) {
    subscription = given;
    if (unwanted) {
      // A redirect is refused whatever it says: its body is not waited for.
      given.cancel();
      whole.complete(NONE);
      return;
    }
    given.request(Long.MAX_VALUE);
  }

  @Override
  public synchronized void onNext(List<ByteBuffer> pieces) {
    for (ByteBuffer piece : pieces) {
      if (whole.isDone()) {
        return;
      }
      if (piece.remaining() > most - length) {
        giveUp();
        return;
      }
      keep(piece);
    }
  }

  private void giveUp() {
    Subscription own = subscription;
    if (own != null) {
      own.cancel();
    }
    wipe();
    whole.completeExceptionally(new TooLargeException());
  }

  private void keep(ByteBuffer piece) {
    int more = piece.remaining();
    if (length + more > bytes.length) {
      int larger = (int) Math.min(most, Math.max(length + more, bytes.length * 2L));
      byte[] outgrown = bytes;
      bytes = Arrays.copyOf(outgrown, larger);
      Arrays.fill(outgrown, (byte) 0);
    }
    piece.get(bytes, length, more);
    length += more;
  }

  @Override
  public synchronized void onError(Throwable failure) {
    wipe();
    whole.completeExceptionally(failure);
  }

  @Override
  public synchronized void onComplete() {
    byte[] all = Arrays.copyOf(bytes, length);
    wipe();
    if (!whole.complete(all)) {
      Arrays.fill(all, (byte) 0);
    }
  }

  synchronized void wipe() {
    Arrays.fill(bytes, (byte) 0);
    bytes = NONE;
    length = 0;
  }
}
