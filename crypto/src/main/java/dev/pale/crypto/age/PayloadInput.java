package dev.pale.crypto.age;

import dev.pale.crypto.AuthenticationException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Opens a payload chunk by chunk; no byte is given out before its chunk and all chunks before it
 * were authenticated. Where much is read, several rows of chunks are opened at once.
 */
final class PayloadInput extends InputStream {
  private final InputStream in;
  private final ChaCha cipher;
  private final ArrayDeque<Batch> ahead = new ArrayDeque<>();
  private final ArrayDeque<Batch> free = new ArrayDeque<>();
  private @Nullable Batch current;
  private int at;
  private long counter;
  private boolean begun;

  /** The byte that told that a row was not the last belongs to the next one. */
  private byte carried;

  private boolean ended;

  /** What ended the input before its end; thrown after what came before it. */
  private @Nullable Exception broken;

  private boolean failed;
  private boolean closed;

  PayloadInput(InputStream in, ChaCha cipher) {
    this.in = in;
    this.cipher = cipher;
  }

  @Override
  public int read() throws IOException {
    Batch opened = ready();
    return opened == null ? -1 : opened.plain[at++] & 255;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    java.util.Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    Batch opened = ready();
    if (opened == null) {
      return -1;
    }
    int count = Math.min(length, opened.plainLength - at);
    System.arraycopy(opened.plain, at, into, offset, count);
    at += count;
    return count;
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      for (Batch batch : ahead) {
        batch.await();
        batch.wipe();
      }
      ahead.clear();
      free.forEach(Batch::wipe);
      Batch opened = current;
      if (opened != null) {
        opened.wipe();
      }
      current = null;
    }
    in.close();
  }

  /** The row that has bytes to give; null at the end. */
  private @Nullable Batch ready() throws IOException {
    Batch opened = current;
    while (!closed) {
      if (opened != null && at < opened.plainLength) {
        return opened;
      }
      if (failed || (opened != null && opened.isRefused())) {
        failed = true;
        throw new AuthenticationException("the payload of an age file cannot be authenticated");
      }
      if (opened != null && opened.plain.length > Stream.CHUNK_BYTES) {
        free.add(opened);
      }
      current = null;
      while (!ended && ahead.size() < Batch.AHEAD) {
        readRow();
      }
      opened = ahead.poll();
      if (opened == null) {
        return endOfInput();
      }
      opened.await();
      current = opened;
      at = 0;
    }
    return null;
  }

  private @Nullable Batch endOfInput() throws IOException {
    Exception failure = broken;
    if (failure == null) {
      return null;
    }
    failed = true;
    if (failure instanceof IOException io) {
      throw io;
    }
    throw (RuntimeException) failure;
  }

  private void readRow() {
    Batch row = free.poll();
    if (row == null) {
      // A value or a key is small: it does not pay for the usual room.
      row = new Batch(begun ? Batch.CHUNKS : 1, cipher.another());
    }
    int length = begun ? 1 : 0;
    row.sealed[0] = carried;
    try {
      int more = 0;
      while (more >= 0 && length < row.sealed.length) {
        more = in.read(row.sealed, length, row.sealed.length - length);
        length += Math.max(0, more);
      }
      ended = length < row.sealed.length;
      row.sealedLength = ended ? length : length - 1;
    } catch (IOException | RuntimeException e) {
      // What came whole before is genuine or not by itself: it is given out first.
      broken = e;
      ended = true;
      int whole = Math.max(0, length - 1) / Stream.SEALED_CHUNK_BYTES;
      if (whole == 0) {
        return;
      }
      row.sealedLength = whole * Stream.SEALED_CHUNK_BYTES;
    }
    carried = row.sealed[row.sealed.length - 1];
    row.startOpening(counter, ended && broken == null, !begun && ended);
    counter += Math.ceilDiv(row.sealedLength, Stream.SEALED_CHUNK_BYTES);
    begun = true;
    ahead.add(row);
  }
}
