package dev.pale.gateway.log;

import dev.pale.system.MappedFile;
import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * A piece of a log's file in memory. It is given back to the system as soon as it is full and its
 * last row is finished: a busy gateway would hold its whole log in memory otherwise.
 *
 * <p>Guarded by the lock of {@link RequestLog}, but for {@link #put}: whoever holds a row that is
 * not finished may write into it.
 */
final class Extent {
  private final MappedFile piece;
  private int rows;
  private boolean full;

  Extent(FileChannel channel, long from, long length) throws IOException {
    piece = MappedFile.of(channel, from, length);
  }

  int capacity() {
    return piece.length();
  }

  /**
   * Writes into mapped memory.
   *
   * @throws InternalError when the file was cut by somebody
   */
  void put(int position, byte[] source, int from, int length) {
    piece.put(position, source, from, length);
  }

  /** A row begins in it. */
  void begun() {
    rows++;
  }

  /** A row in it was finished. */
  void finished() {
    rows--;
    free();
  }

  /** No more rows begin in it. */
  void leave() {
    full = true;
    free();
  }

  private void free() {
    if (full && rows == 0) {
      piece.close();
    }
  }
}
