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
        writeChunk(false);
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
      writeChunk(true);
      out.close();
    }
  }

  private void writeChunk(boolean last) throws IOException {
    int length = cipher.seal(Stream.chunkNonce(counter++, last), chunk, 0, filled, sealed);
    out.write(sealed, 0, length);
    Arrays.fill(chunk, (byte) 0);
    filled = 0;
  }
}
