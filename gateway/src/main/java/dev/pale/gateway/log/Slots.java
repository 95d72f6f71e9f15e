package dev.pale.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Room for rows in files that are mapped into memory. Room is written with line feeds before it is
 * mapped, so that a full disk shows as an error of that write and not, later, as a fault; what is
 * put into a slot afterwards costs no system call and survives the death of the process.
 *
 * <p>Guarded by the lock of {@link RequestLog}.
 */
final class Slots {
  /** How much room is made at once: for a short session, and for a long one. */
  private static final int FIRST_BYTES = 512 * 1024;

  private static final int EXTENT_BYTES = 4 * 1024 * 1024;

  /** The least room that is kept when the disk has no more. */
  private static final int LEAST_BYTES = 64 * 1024;

  private static final int PAGE_BYTES = 4096;

  private final Path folder;
  private final String session;
  private final long partBytes;
  private final ByteBuffer padding = ByteBuffer.allocateDirect(LEAST_BYTES);

  private FileChannel channel;
  private int part = 1;

  /** Bytes of the current part that are filled or given away. */
  private long filled;

  private @Nullable Extent extent;
  private int at;

  Slots(Path folder, String session, long partBytes) throws IOException {
    this.folder = folder;
    this.session = session;
    this.partBytes = partBytes;
    byte[] line = new byte[LEAST_BYTES];
    Arrays.fill(line, (byte) '\n');
    padding.put(line);
    channel = LogFiles.create(LogFiles.part(folder, session, part));
  }

  /** The file of the first part. */
  Path first() {
    return LogFiles.part(folder, session, 1);
  }

  /**
   * Room for a row of so many bytes: begins at {@link #position} of the extent that is returned.
   *
   * @throws IOException when there is none; a later call may succeed
   */
  Extent take(int length) throws IOException {
    Extent own = extent;
    if (own == null || own.capacity() - at < length) {
      if (filled + length > partBytes) {
        nextPart();
      }
      own = extend(length);
      leave();
      extent = own;
      at = 0;
    }
    at += length;
    own.begun();
    return own;
  }

  /** Where the slot that was taken last begins. */
  int position(int length) {
    return at - length;
  }

  private void leave() {
    Extent own = extent;
    extent = null;
    if (own != null) {
      own.leave();
    }
  }

  private Extent extend(int length) throws IOException {
    long want = Math.clamp(filled, FIRST_BYTES, EXTENT_BYTES);
    want = Math.min(want, Math.max(partBytes - filled, length));
    long got = 0;
    IOException failure = null;
    try {
      while (got < want) {
        padding.clear().limit((int) Math.min(padding.capacity(), want - got));
        got += channel.write(padding, filled + got);
      }
    } catch (IOException e) {
      failure = e;
    }
    if (failure != null) {
      got = got - got % PAGE_BYTES;
      boolean enough = got >= LEAST_BYTES && got >= length;
      channel.truncate(filled + (enough ? got : 0));
      if (!enough) {
        throw failure;
      }
    }
    Extent mapped = new Extent(channel, filled, got);
    filled += got;
    return mapped;
  }

  /** The old part stays mapped as long as a row in it is not finished. */
  private void nextPart() throws IOException {
    FileChannel next = LogFiles.create(LogFiles.part(folder, session, part + 1));
    cut();
    leave();
    channel = next;
    part++;
    filled = 0;
    at = 0;
  }

  /** Takes the room that was not used away. */
  private void cut() throws IOException {
    Extent own = extent;
    try (FileChannel old = channel) {
      old.truncate(own == null ? filled : filled - own.capacity() + at);
    }
  }

  void close() throws IOException {
    if (channel.isOpen()) {
      cut();
      leave();
    }
  }
}
