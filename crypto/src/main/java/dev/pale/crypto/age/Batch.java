package dev.pale.crypto.age;

import dev.pale.crypto.AuthenticationException;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;

/**
 * Some chunks in a row on their way through the cipher, so that several rows go through it at once,
 * each with a cipher of its own.
 *
 * <p>Filled by one thread, worked on by {@link #start}, used again after {@link #await}.
 */
final class Batch {
  /** The usual size, 1 MiB of plaintext. */
  static final int CHUNKS = 16;

  /** How many may be under way. */
  static final int AHEAD = 4;

  final byte[] plain;

  /** One byte more than the chunks: whether it comes tells if they are the last ones. */
  final byte[] sealed;

  int plainLength;
  int sealedLength;
  private final ChaCha cipher;
  private long first;
  private boolean last;
  private boolean refused;
  private FutureTask<Void> task = new FutureTask<>(() -> null);

  Batch(int chunks, ChaCha cipher) {
    this.plain = new byte[chunks * Stream.CHUNK_BYTES];
    this.sealed = new byte[chunks * Stream.SEALED_CHUNK_BYTES + 1];
    this.cipher = cipher;
  }

  /** The number of chunks that the plaintext makes; an empty one makes one. */
  int plainChunks() {
    return Math.max(1, Math.ceilDiv(plainLength, Stream.CHUNK_BYTES));
  }

  /** Seals the plaintext. */
  void startSealing(long firstChunk, boolean end, boolean alone) {
    start(firstChunk, end, alone, this::seal);
  }

  /** Opens what is sealed, up to the first chunk that is not genuine. */
  void startOpening(long firstChunk, boolean end, boolean alone) {
    start(firstChunk, end, alone, this::open);
  }

  private void start(long firstChunk, boolean end, boolean alone, Runnable work) {
    first = firstChunk;
    last = end;
    refused = false;
    task = new FutureTask<>(work, null);
    if (!alone) {
      ForkJoinPool.commonPool().execute(task);
    }
  }

  /** Returns when it is done; does the work itself where nobody has begun. */
  void await() {
    task.run();
    boolean interrupted = false;
    while (true) {
      try {
        task.get();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw new IllegalStateException(e.getCause());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** After opening: whether a chunk after {@link #plainLength} was not genuine. */
  boolean isRefused() {
    return refused;
  }

  private void seal() {
    int chunks = plainChunks();
    sealedLength = 0;
    for (int i = 0; i < chunks; i++) {
      int from = i * Stream.CHUNK_BYTES;
      int length = Math.min(Stream.CHUNK_BYTES, plainLength - from);
      byte[] nonce = Stream.chunkNonce(first + i, last && i == chunks - 1);
      sealedLength += cipher.seal(nonce, plain, from, length, sealed, sealedLength);
    }
  }

  private void open() {
    plainLength = 0;
    int from = 0;
    long number = first;
    do {
      int length = Math.min(Stream.SEALED_CHUNK_BYTES, sealedLength - from);
      byte[] nonce = Stream.chunkNonce(number, last && from + length == sealedLength);
      int opened;
      try {
        opened = cipher.open(nonce, sealed, from, length, plain, plainLength);
      } catch (AuthenticationException e) {
        refused = true;
        return;
      }
      // An empty chunk says nothing; it is allowed only where there is nothing to say.
      if (opened == 0 && number > 0) {
        refused = true;
        return;
      }
      plainLength += opened;
      from += length;
      number++;
    } while (from < sealedLength);
  }

  void wipe() {
    Arrays.fill(plain, (byte) 0);
  }
}
