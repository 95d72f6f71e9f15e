package dev.pale.gateway.websocket;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames: each head is made here, none is copied. Frames to a server are masked, each with a
 * mask that nobody can foresee.
 *
 * <p>Thread-safe, because either direction may have to end both. After a close frame nothing more
 * is written.
 */
final class FrameWriter {
  private static final int HEAD_BYTES = 14;
  private static final int PIECE_BYTES = 16 * 1024;

  private final OutputStream out;
  private final @Nullable SecureRandom masks;
  private final byte[] buffer = new byte[HEAD_BYTES + PIECE_BYTES];
  private final byte[] random = new byte[256];
  private int randomAt = random.length;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean closed;

  /** With masks for a server, without for a client. */
  FrameWriter(OutputStream out, @Nullable SecureRandom masks) {
    this.out = out;
    this.masks = masks;
  }

  /** Writes a frame and flushes. */
  void frame(boolean fin, int opcode, byte[] b, int off, int len) throws IOException {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = opcode == FrameReader.CLOSE;
      int at = head(fin, opcode, len);
      int mask = masks == null ? 0 : mask(at);
      at += masks == null ? 0 : 4;
      int turn = 0;
      int taken = 0;
      do {
        int n = Math.min(len - taken, buffer.length - at);
        System.arraycopy(b, off + taken, buffer, at, n);
        if (mask != 0) {
          for (int i = at; i < at + n; i++) {
            buffer[i] ^= (byte) (mask >>> (24 - 8 * turn));
            turn = (turn + 1) & 3;
          }
        }
        out.write(buffer, 0, at + n);
        Arrays.fill(buffer, 0, at + n, (byte) 0);
        taken += n;
        at = 0;
      } while (taken < len);
      out.flush();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the web socket in this direction; a stream that is gone already is no error. It waits no
   * longer than a second for another frame, whose reader may have stopped reading.
   */
  void close(int code, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.US_ASCII);
    int length = Math.min(text.length, FrameReader.CONTROL_BYTES - 2);
    byte[] payload = new byte[2 + length];
    payload[0] = (byte) (code >> 8);
    payload[1] = (byte) code;
    System.arraycopy(text, 0, payload, 2, length);
    try {
      if (lock.tryLock(1, TimeUnit.SECONDS)) {
        try {
          frame(true, FrameReader.CLOSE, payload, 0, payload.length);
        } finally {
          lock.unlock();
        }
      }
    } catch (IOException gone) {
      // Its other end will notice by the connection's end.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int head(boolean fin, int opcode, int len) {
    int masked = masks == null ? 0 : 0x80;
    buffer[0] = (byte) ((fin ? 0x80 : 0) | opcode);
    if (len < 126) {
      buffer[1] = (byte) (masked | len);
      return 2;
    }
    if (len < 65536) {
      buffer[1] = (byte) (masked | 126);
      buffer[2] = (byte) (len >> 8);
      buffer[3] = (byte) len;
      return 4;
    }
    buffer[1] = (byte) (masked | 127);
    Arrays.fill(buffer, 2, 6, (byte) 0);
    for (int i = 0; i < 4; i++) {
      buffer[6 + i] = (byte) (len >>> (24 - 8 * i));
    }
    return 10;
  }

  private int mask(int at) {
    SecureRandom source = masks;
    if (randomAt == random.length && source != null) {
      source.nextBytes(random);
      randomAt = 0;
    }
    int mask = 0;
    for (int i = 0; i < 4; i++) {
      buffer[at + i] = random[randomAt];
      mask = mask << 8 | (random[randomAt] & 0xff);
      random[randomAt++] = 0;
    }
    return mask;
  }
}
