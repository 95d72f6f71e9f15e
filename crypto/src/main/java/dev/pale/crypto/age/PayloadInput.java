package dev.pale.crypto.age;

import dev.pale.crypto.AuthenticationException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Opens a payload chunk by chunk; no byte is given out before its chunk was authenticated. */
final class PayloadInput extends InputStream {
  private final InputStream in;
  private final ChaCha cipher;

  /** One byte more than a chunk: whether it comes tells if the chunk is the last one. */
  private final byte[] sealed = new byte[Stream.SEALED_CHUNK_BYTES + 1];

  private int held;
  private final byte[] chunk = new byte[Stream.CHUNK_BYTES];
  private int chunkEnd;
  private int at;
  private long counter;
  private boolean finished;
  private boolean failed;

  PayloadInput(InputStream in, ChaCha cipher) {
    this.in = in;
    this.cipher = cipher;
  }

  @Override
  public int read() throws IOException {
    return ready() ? chunk[at++] & 255 : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    java.util.Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    // Room for a chunk: it need not be copied a second time.
    if (at == chunkEnd && !finished && !failed && length >= Stream.CHUNK_BYTES) {
      failed = true;
      int opened = nextChunk(into, offset);
      failed = false;
      return opened == 0 ? -1 : opened;
    }
    if (!ready()) {
      return -1;
    }
    int count = Math.min(length, chunkEnd - at);
    System.arraycopy(chunk, at, into, offset, count);
    at += count;
    return count;
  }

  @Override
  public void close() throws IOException {
    Arrays.fill(chunk, (byte) 0);
    finished = true;
    at = chunkEnd;
    in.close();
  }

  private boolean ready() throws IOException {
    if (failed) {
      throw refused();
    }
    while (at == chunkEnd && !finished) {
      failed = true;
      at = 0;
      chunkEnd = 0;
      chunkEnd = nextChunk(chunk, 0);
      failed = false;
    }
    return at < chunkEnd;
  }

  /** Reads and opens a chunk; how many bytes. Nothing follows an empty one. */
  private int nextChunk(byte[] into, int offset) throws IOException {
    held += in.readNBytes(sealed, held, sealed.length - held);
    boolean last = held < sealed.length;
    int length = last ? held : Stream.SEALED_CHUNK_BYTES;
    int opened;
    try {
      opened = cipher.open(Stream.chunkNonce(counter, last), sealed, 0, length, into, offset);
    } catch (AuthenticationException e) {
      throw refused();
    }
    // An empty chunk says nothing; it is allowed only where there is nothing to say.
    if (opened == 0 && counter > 0) {
      throw refused();
    }
    counter++;
    finished = last;
    sealed[0] = sealed[sealed.length - 1];
    held = last ? 0 : 1;
    return opened;
  }

  private static AuthenticationException refused() {
    return new AuthenticationException("the payload of an age file cannot be authenticated");
  }
}
