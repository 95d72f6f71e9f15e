package dev.pale.gateway.websocket;

import dev.pale.gateway.refusal.Refusal;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads frames (RFC 6455, section 5.2) and lets none pass that is not exactly as it must be. */
final class FrameReader {
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  /** The longest payload of a control frame. */
  static final int CONTROL_BYTES = 125;

  private static final int BUFFER_BYTES = 16 * 1024;

  private final InputStream in;
  private final boolean fromClient;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int from;
  private int to;

  private boolean fin;
  private int opcode;
  private long left;
  private int mask;

  /** Where in the mask the next byte stands. */
  private int maskAt;

  /** Whether a fragmented message has begun and not ended. */
  private boolean inMessage;

  FrameReader(InputStream in, boolean fromClient) {
    this.in = in;
    this.fromClient = fromClient;
  }

  /** Reads the head of the next frame; false when the stream ends before it. */
  boolean next() throws IOException {
    if (from == to && !fill()) {
      return false;
    }
    int first = octet();
    int second = octet();
    fin = (first & 0x80) != 0;
    opcode = first & 0x0f;
    require((first & 0x70) == 0, "a reserved bit is set");
    require((second & 0x80) != 0 == fromClient, "masking is wrong for its direction");
    int length = second & 0x7f;
    if (isControl()) {
      require(opcode <= PONG, "its opcode is reserved");
      require(fin, "a control frame is fragmented");
      require(length <= CONTROL_BYTES, "a control frame is too long");
      left = length;
    } else {
      require(opcode <= BINARY, "its opcode is reserved");
      require((opcode == CONTINUATION) == inMessage, "a message begins or goes on out of turn");
      inMessage = !fin;
      left = length(length);
    }
    mask = fromClient ? (int) number(4) : 0;
    maskAt = 0;
    return true;
  }

  private long length(int seven) throws IOException {
    if (seven < 126) {
      return seven;
    }
    long length = number(seven == 126 ? 2 : 8);
    require(length >= (seven == 126 ? 126 : 65536), "its length is not written the short way");
    return length;
  }

  boolean isControl() {
    return opcode >= CLOSE;
  }

  int opcode() {
    return opcode;
  }

  /** Whether the message ends with what is left of this frame. */
  boolean isLast() {
    return fin;
  }

  /** How many bytes of this frame are still to be read. */
  long left() {
    return left;
  }

  /** Whether more can be had without waiting. */
  boolean more() throws IOException {
    return from < to || in.available() > 0;
  }

  /** At least one byte of the payload, which must have some left, without its mask. */
  int payload(byte[] target) throws IOException {
    if (from == to && !fill()) {
      throw new EOFException("the web socket ended inside a frame");
    }
    int n = (int) Math.min(left, Math.min(target.length, to - from));
    System.arraycopy(buffer, from, target, 0, n);
    from += n;
    left -= n;
    if (mask != 0) {
      for (int i = 0; i < n; i++) {
        target[i] ^= (byte) (mask >>> (24 - 8 * maskAt));
        maskAt = (maskAt + 1) & 3;
      }
    }
    if (from == to) {
      Arrays.fill(buffer, 0, to, (byte) 0);
      from = 0;
      to = 0;
    }
    return n;
  }

  /** The whole payload of a control frame, checked. */
  byte[] control() throws IOException {
    byte[] whole = new byte[(int) left];
    byte[] piece = new byte[whole.length];
    int at = 0;
    while (left > 0) {
      int n = payload(piece);
      System.arraycopy(piece, 0, whole, at, n);
      at += n;
    }
    if (opcode == CLOSE) {
      checkClose(whole);
    }
    return whole;
  }

  /** A status and a reason in UTF-8, or nothing (sections 5.5.1 and 7.4). */
  private void checkClose(byte[] payload) {
    if (payload.length == 0) {
      return;
    }
    require(payload.length >= 2, "a close frame has half a status");
    int code = (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
    boolean defined = code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
    require(defined || (code >= 3000 && code <= 4999), "a close frame has no valid status");
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload, 2, payload.length - 2));
    } catch (CharacterCodingException e) {
      require(false, "the reason of a close frame is not UTF-8");
    }
  }

  private void require(boolean right, String why) {
    if (!right) {
      throw Refusal.of(
          fromClient ? 400 : 502,
          "bad-frame",
          (fromClient ? "the client" : "the server") + " sent a bad web socket frame: " + why,
          "");
    }
  }

  private long number(int bytes) throws IOException {
    long number = 0;
    for (int i = 0; i < bytes; i++) {
      number = number << 8 | octet();
    }
    require(number >= 0, "its length has more than 63 bits");
    return number;
  }

  private int octet() throws IOException {
    if (from == to && !fill()) {
      throw new EOFException("the web socket ended inside a frame");
    }
    return buffer[from++] & 0xff;
  }

  private boolean fill() throws IOException {
    int n = in.read(buffer, 0, buffer.length);
    from = 0;
    to = Math.max(n, 0);
    return n > 0;
  }
}
