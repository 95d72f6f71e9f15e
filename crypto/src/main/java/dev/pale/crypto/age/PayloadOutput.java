package dev.pale.crypto.age;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;

/**
 * Seals what is written to it, chunk by chunk; {@link #close} writes the last chunk. Where much is
 * written, several rows of chunks are sealed at once.
 */
final class PayloadOutput extends OutputStream {
  private final OutputStream out;
  private final ChaCha cipher;
  private final ArrayDeque<Batch> under = new ArrayDeque<>();
  private final ArrayDeque<Batch> free = new ArrayDeque<>();
  private Batch filling;
  private long counter;
  private boolean closed;

  PayloadOutput(OutputStream out, ChaCha cipher) {
    this.out = out;
    this.cipher = cipher;
    // A value or a key is small: it does not pay for the usual room.
    this.filling = new Batch(1, cipher);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (closed) {
      throw new IOException("the stream is closed");
    }
    int at = offset;
    int left = length;
    while (left > 0) {
      // A full row waits until more comes, because only then it is known not to be the last.
      if (filling.plainLength == filling.plain.length) {
        handOver();
      }
      int count = Math.min(left, filling.plain.length - filling.plainLength);
      System.arraycopy(bytes, at, filling.plain, filling.plainLength, count);
      filling.plainLength += count;
      at += count;
      left -= count;
    }
  }

  private void handOver() throws IOException {
    filling.startSealing(counter, false, false);
    counter += filling.plainChunks();
    under.add(filling);
    if (under.size() == Batch.AHEAD) {
      writeOldest();
    }
    Batch next = free.poll();
    filling = next == null ? new Batch(Batch.CHUNKS, cipher.another()) : next;
    filling.plainLength = 0;
  }

  private void writeOldest() throws IOException {
    Batch oldest = under.remove();
    oldest.await();
    out.write(oldest.sealed, 0, oldest.sealedLength);
    if (oldest.plain.length > Stream.CHUNK_BYTES) {
      free.add(oldest);
    } else {
      oldest.wipe();
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      try {
        filling.startSealing(counter, true, under.isEmpty());
        under.add(filling);
        while (!under.isEmpty()) {
          writeOldest();
        }
      } finally {
        under.forEach(Batch::await);
        under.forEach(Batch::wipe);
        free.forEach(Batch::wipe);
        filling.wipe();
      }
      out.close();
    }
  }
}
