package dev.pale.vault;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Fields one after the other: numbers of eight bytes, big-endian, and texts with their length. */
final class Fields {
  private Fields() {}

  /** Builds the bytes. */
  static final class Writer {
    private byte[] bytes;
    private int length;

    Writer(int capacity) {
      bytes = new byte[capacity];
    }

    Writer number(long number) {
      room(8);
      for (int shift = 56; shift >= 0; shift -= 8) {
        bytes[length++] = (byte) (number >>> shift);
      }
      return this;
    }

    Writer flag(boolean flag) {
      room(1);
      bytes[length++] = (byte) (flag ? 1 : 0);
      return this;
    }

    Writer text(String text) {
      return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    Writer bytes(byte[] field) {
      room(4 + field.length);
      int size = field.length;
      bytes[length++] = (byte) (size >>> 24);
      bytes[length++] = (byte) (size >>> 16);
      bytes[length++] = (byte) (size >>> 8);
      bytes[length++] = (byte) size;
      System.arraycopy(field, 0, bytes, length, size);
      length += size;
      return this;
    }

    /** Bytes without their length. */
    Writer raw(byte[] field) {
      room(field.length);
      System.arraycopy(field, 0, bytes, length, field.length);
      length += field.length;
      return this;
    }

    private void room(int more) {
      if (length + more > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
      }
    }

    /** The bytes; the writer must not be used any more. */
    byte[] finish() {
      return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
  }

  /** Takes the bytes apart again; {@link Malformed} when they are not such fields. */
  static final class Reader {
    private final ByteBuffer in;

    Reader(byte[] bytes) {
      in = ByteBuffer.wrap(bytes);
    }

    void skip(int byteCount) {
      in.position(byteCount);
    }

    boolean atEnd() {
      return !in.hasRemaining();
    }

    long number() {
      try {
        return in.getLong();
      } catch (BufferUnderflowException e) {
        throw new Malformed(e);
      }
    }

    boolean flag() {
      try {
        return in.get() != 0;
      } catch (BufferUnderflowException e) {
        throw new Malformed(e);
      }
    }

    String text() {
      return new String(bytes(), StandardCharsets.UTF_8);
    }

    byte[] bytes() {
      try {
        int size = in.getInt();
        if (size < 0 || size > in.remaining()) {
          throw new Malformed(new BufferUnderflowException());
        }
        byte[] field = new byte[size];
        in.get(field);
        return field;
      } catch (BufferUnderflowException e) {
        throw new Malformed(e);
      }
    }
  }

  /** Bytes that are not fields; only unauthenticated or damaged rows have them. */
  static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Malformed(Throwable cause) {
      super("the row is malformed", cause);
    }
  }
}
