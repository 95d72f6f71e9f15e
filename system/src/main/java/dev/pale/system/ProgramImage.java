package dev.pale.system;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Arguments and environment laid out as {@code execve} wants them, in one piece of memory outside
 * the heap. It holds secrets: {@link #close()} wipes it.
 *
 * <p>Not thread-safe.
 */
public final class ProgramImage implements AutoCloseable {
  private final ByteBuffer memory;
  private final int environmentOffset;

  private ProgramImage(ByteBuffer memory, int environmentOffset) {
    this.memory = memory;
    this.environmentOffset = environmentOffset;
  }

  /**
   * Lays out a program's start.
   *
   * @param arguments the arguments, the program's own name first, without NUL bytes
   * @param environment entries {@code NAME=value}, without NUL bytes; neither order nor doubles are
   *     changed
   * @throws IllegalArgumentException when a text holds a NUL byte, which C cannot carry
   */
  public static ProgramImage of(List<byte[]> arguments, List<byte[]> environment) {
    int pointers = 8 * (arguments.size() + environment.size() + 2);
    long bytes = pointers;
    for (byte[] text : arguments) {
      bytes += text.length + 1L;
    }
    for (byte[] text : environment) {
      bytes += text.length + 1L;
    }
    ByteBuffer memory = Libc.memory(Math.toIntExact(bytes));
    // Laid out in arrays and copied in two pieces: each access to a buffer of its own is dear in
    // code that has not run before.
    long[] addresses = new long[pointers / 8];
    byte[] texts = new byte[Math.toIntExact(bytes - pointers)];
    long base = Libc.address(memory) + pointers;
    int slot = 0;
    int at = 0;
    for (byte[] argument : arguments) {
      addresses[slot++] = base + at;
      at = put(texts, at, argument);
    }
    slot++;
    int environmentOffset = 8 * slot;
    for (byte[] entry : environment) {
      addresses[slot++] = base + at;
      at = put(texts, at, entry);
    }
    memory.asLongBuffer().put(addresses);
    memory.put(pointers, texts);
    Arrays.fill(texts, (byte) 0);
    return new ProgramImage(memory, environmentOffset);
  }

  private static int put(byte[] texts, int at, byte[] text) {
    for (byte b : text) {
      if (b == 0) {
        Arrays.fill(texts, (byte) 0);
        throw new IllegalArgumentException("a NUL byte cannot be passed to a program");
      }
    }
    System.arraycopy(text, 0, texts, at, text.length);
    return at + text.length + 1;
  }

  long argumentsAddress() {
    return Libc.address(memory);
  }

  long environmentAddress() {
    return Libc.address(memory) + environmentOffset;
  }

  /** Wipes the memory. The image must not be used afterwards. */
  @Override
  public void close() {
    memory.put(0, new byte[memory.capacity()]);
  }
}
