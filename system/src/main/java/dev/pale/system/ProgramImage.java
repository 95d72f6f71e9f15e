package dev.pale.system;

import java.nio.ByteBuffer;
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
    long base = Libc.address(memory);
    int slot = 0;
    int text = pointers;
    for (byte[] argument : arguments) {
      text = put(memory, base, slot, text, argument);
      slot += 8;
    }
    slot += 8;
    int environmentOffset = slot;
    for (byte[] entry : environment) {
      text = put(memory, base, slot, text, entry);
      slot += 8;
    }
    return new ProgramImage(memory, environmentOffset);
  }

  private static int put(ByteBuffer memory, long base, int slot, int at, byte[] text) {
    for (byte b : text) {
      if (b == 0) {
        throw new IllegalArgumentException("a NUL byte cannot be passed to a program");
      }
    }
    memory.putLong(slot, base + at);
    memory.put(at, text);
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
