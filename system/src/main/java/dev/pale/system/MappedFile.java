package dev.pale.system;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A piece of a file in memory that is given back to the system by {@link #close}, not whenever the
 * collector comes by, as with {@link java.nio.MappedByteBuffer}.
 *
 * <p>Writing and closing need no order among threads: a write after the end is an {@link
 * IllegalStateException}, never a fault of the process.
 */
public final class MappedFile implements AutoCloseable {
  private final Arena arena;
  private final ByteBuffer bytes;

  private MappedFile(Arena arena, ByteBuffer bytes) {
    this.arena = arena;
    this.bytes = bytes;
  }

  /**
   * Maps for reading and writing.
   *
   * @param channel open for both; may be closed afterwards
   * @param from the first byte's place in the file
   * @param length in bytes, below 2 GiB
   */
  public static MappedFile of(FileChannel channel, long from, long length) throws IOException {
    Arena arena = Arena.ofShared();
    boolean done = false;
    try {
      ByteBuffer bytes =
          channel.map(FileChannel.MapMode.READ_WRITE, from, length, arena).asByteBuffer();
      done = true;
      return new MappedFile(arena, bytes);
    } finally {
      if (!done) {
        arena.close();
      }
    }
  }

  /** How many bytes there are. */
  public int length() {
    return bytes.capacity();
  }

  /**
   * Writes.
   *
   * @param position where in this piece
   * @throws InternalError when the file was cut by somebody, or the disk failed
   */
  public void put(int position, byte[] source, int from, int count) {
    bytes.put(position, source, from, count);
  }

  /** Gives it back; what was written stays in the file. */
  @Override
  public void close() {
    arena.close();
  }
}
