package dev.pale.gateway.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Frames as the tests write and read them. */
final class Frames {
  static final int FIN = 0x80;

  /** A frame that was read; the payload without its mask. */
  record Frame(boolean fin, int opcode, boolean masked, int mask, byte[] payload) {
    String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }
  }

  /** A message or a control frame; {@code bytes} as ISO-8859-1 text. */
  record Message(int opcode, String bytes) {}

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final boolean masked;

  private Frames(boolean masked) {
    this.masked = masked;
  }

  static Frames ofClient() {
    return new Frames(true);
  }

  static Frames ofServer() {
    return new Frames(false);
  }

  /** The first octet as it is, and the shortest length. */
  Frames add(int first, byte[] payload) {
    int form = payload.length < 126 ? 1 : payload.length < 65536 ? 2 : 8;
    return add(first, payload, form);
  }

  Frames add(int first, String payload) {
    return add(first, payload.getBytes(StandardCharsets.UTF_8));
  }

  /** With the length in 1, 2 or 8 octets. */
  Frames add(int first, byte[] payload, int lengthForm) {
    int mask = masked ? 0x80 : 0;
    out.write(first);
    if (lengthForm == 1) {
      out.write(mask | payload.length);
    } else {
      out.write(mask | (lengthForm == 2 ? 126 : 127));
      for (int i = lengthForm - 1; i >= 0; i--) {
        out.write(i > 3 ? 0 : payload.length >> (8 * i));
      }
    }
    byte[] key = {0x37, (byte) 0xfa, 0x21, 0x3d};
    if (masked) {
      out.writeBytes(key);
    }
    for (int i = 0; i < payload.length; i++) {
      out.write(masked ? payload[i] ^ key[i & 3] : payload[i]);
    }
    return this;
  }

  Frames raw(int... octets) {
    for (int octet : octets) {
      out.write(octet);
    }
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  static List<Frame> read(byte[] bytes) {
    List<Frame> frames = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    while (in.hasRemaining()) {
      int first = in.get() & 0xff;
      int second = in.get() & 0xff;
      long length = second & 0x7f;
      if (length == 126) {
        length = in.getShort() & 0xffff;
      } else if (length == 127) {
        length = in.getLong();
      }
      boolean masked = (second & 0x80) != 0;
      byte[] key = new byte[4];
      if (masked) {
        in.get(key);
      }
      byte[] payload = new byte[(int) length];
      in.get(payload);
      for (int i = 0; i < payload.length; i++) {
        payload[i] ^= key[i & 3];
      }
      frames.add(
          new Frame(
              (first & FIN) != 0, first & 0x7f, masked, ByteBuffer.wrap(key).getInt(), payload));
    }
    return frames;
  }

  /** Puts fragments together; control frames come where they were. */
  static List<Message> messages(byte[] bytes) {
    List<Message> messages = new ArrayList<>();
    ByteArrayOutputStream open = new ByteArrayOutputStream();
    int opcode = 0;
    for (Frame frame : read(bytes)) {
      if (frame.opcode() >= 8) {
        messages.add(new Message(frame.opcode(), latin(frame.payload())));
        continue;
      }
      if ((frame.opcode() == 0) != (opcode != 0)) {
        throw new IllegalStateException("a fragment out of turn");
      }
      opcode = frame.opcode() == 0 ? opcode : frame.opcode();
      open.writeBytes(frame.payload());
      if (frame.fin()) {
        messages.add(new Message(opcode, latin(open.toByteArray())));
        open.reset();
        opcode = 0;
      }
    }
    if (opcode != 0) {
      messages.add(new Message(-1, latin(open.toByteArray())));
    }
    return messages;
  }

  private static String latin(byte[] bytes) {
    return new String(Arrays.copyOf(bytes, bytes.length), StandardCharsets.ISO_8859_1);
  }
}
