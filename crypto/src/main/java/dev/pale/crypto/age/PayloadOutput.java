package dev.pale.crypto.age;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Seals what is written to it, chunk by chunk; {@link #close} writes the last chunk. */
final class PayloadOutput extends OutputStream {
  private final OutputStream out;
  private final ChaCha cipher;
  private final byte[] chunk = new byte[Stream.CHUNK_BYTES];
  private final byte[] sealed = new byte[Stream.SEALED_CHUNK_BYTES];
  private int filled;
  private long counter;
  private boolean closed;

  PayloadOutput(OutputStream out, ChaCha cipher) {
    this.out = out;
    this.cipher = cipher;
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
      // A full chunk waits until more comes, because only then it is known not to be the last.
      if (filled == chunk.length) {
        writeChunk(chunk, 0, filled, false);
        Arrays.fill(chunk, (byte) 0);
        filled = 0;
      }
      // More than a chunk: what is in the caller's array need not be copied first.
      if (filled == 0 && left > chunk.length) {
        writeChunk(bytes, at, chunk.length, false);
        at += chunk.length;
        left -= chunk.length;
        continue;
      }
      int count = Math.min(left, chunk.length - filled);
      System.arraycopy(bytes, at, chunk, filled, count);
      filled += count;
      at += count;
      left -= count;
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
      writeChunk(chunk, 0, filled, true);
      Arrays.fill(chunk, (byte) 0);
      out.close();
    }
  }

  private void writeChunk(byte[] bytes, int from, int length, boolean last) throws IOException {
    out.write(
        sealed, 0, cipher.seal(Stream.chunkNonce(counter++, last), bytes, from, length, sealed));
  }
}
