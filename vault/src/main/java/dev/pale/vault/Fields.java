package dev.pale.vault;

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
    private final byte[] bytes;
    private int at;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    boolean atEnd() {
      return at == bytes.length;
    }

    void skip(int byteCount) {
      take(byteCount);
    }

    long number() {
      int from = take(8);
      long number = 0;
      for (int i = from; i < at; i++) {
        number = number << 8 | (bytes[i] & 0xff);
      }
      return number;
    }

    boolean flag() {
      return bytes[take(1)] != 0;
    }

    String text() {
      int from = take(size());
      return new String(bytes, from, at - from, StandardCharsets.UTF_8);
    }

    /** A text that was written from ASCII alone, for half the price. */
    String ascii() {
      int from = take(size());
      return new String(bytes, from, at - from, StandardCharsets.ISO_8859_1);
    }

    byte[] bytes() {
      int from = take(size());
      return Arrays.copyOfRange(bytes, from, at);
    }

    private int size() {
      int from = take(4);
      return bytes[from] << 24
          | (bytes[from + 1] & 0xff) << 16
          | (bytes[from + 2] & 0xff) << 8
          | (bytes[from + 3] & 0xff);
    }

    /** Where the next so many bytes begin. */
    private int take(int byteCount) {
      if (byteCount < 0 || byteCount > bytes.length - at) {
        throw new Malformed();
      }
      int from = at;
      at += byteCount;
      return from;
    }
  }

  /** Bytes that are not fields; only unauthenticated or damaged rows have them. */
  static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Malformed() {
      super("the row is malformed");
    }
  }
}
