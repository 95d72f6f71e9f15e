package dev.pale.system;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The C library through one door: every function is called with six 64-bit integers and answers
 * with one.
 *
 * <p>Each further shape of a call costs some milliseconds cold, so there is exactly one. That is
 * sound for the functions used here because all their arguments are of class INTEGER: System V
 * x86-64 passes those in rdi, rsi, rdx, rcx, r8, r9, and AAPCS64 in x0 to x5, 32-bit ones in the
 * low half; registers that a function does not take are ignored. The answer of a function that
 * returns {@code int} is its low half ({@link #callInt}). Variadic functions (open, fcntl, ioctl,
 * prctl, syscall) take their arguments in the same registers on both; on x86-64 they may read
 * {@code al} as a bound on vector registers, which the linker may leave with any value and which
 * only makes the callee save more registers than it needs. Functions with floating point arguments
 * or more than six must not be called this way.
 *
 * <p>Memory is passed as addresses of direct buffers: {@link ByteBuffer} needs none of the variable
 * handles that reading a {@link MemorySegment} starts up.
 *
 * <p>Thread-safe: the error number is kept per thread.
 */
final class Libc {
  private static final Caller CALLER = caller();

  private Libc() {}

  /** A function of the C library. */
  record Function(String name, long address) {}

  /** A way of calling: {@link JffiCaller} where its library is, else {@link ForeignCaller}. */
  interface Caller {
    /** The address of a function; 0 when there is none. */
    long find(String name);

    /** Calls with six integers; answers with all 64 bits. */
    long call(long function, long a, long b, long c, long d, long e, long f);

    /** The error number of this thread's last call. */
    int errno();
  }

  private static Caller caller() {
    Caller quick = JffiCaller.create(System.getProperty("pale.jffi", ""));
    return quick == null ? new ForeignCaller() : quick;
  }

  /** A function of the C library. */
  static Function function(String name) {
    long address = CALLER.find(name);
    if (address == 0) {
      throw new SystemCallException(name, Errno.ENOSYS);
    }
    return new Function(name, address);
  }

  /** Calls and answers with all 64 bits; {@link #errno()} is the error number afterwards. */
  static long call(Function function, long a, long b, long c, long d, long e, long f) {
    return CALLER.call(function.address(), a, b, c, d, e, f);
  }

  /** Calls a function that returns {@code int}. */
  static int callInt(Function function, long a, long b, long c) {
    return (int) call(function, a, b, c, 0, 0, 0);
  }

  /** The error number of this thread's last call; only meaningful when that call failed. */
  static int errno() {
    return CALLER.errno();
  }

  /** Answers with the result, or throws when it is -1. */
  static long check(String name, long result) {
    if (result == -1) {
      throw new SystemCallException(name, errno());
    }
    return result;
  }

  /** Answers with the result, or throws when it is -1. */
  static int check(String name, int result) {
    if (result == -1) {
      throw new SystemCallException(name, errno());
    }
    return result;
  }

  /** Zeroed memory outside the heap in native byte order; freed with the buffer. */
  static ByteBuffer memory(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /** Where the buffer's position is; the buffer must stay reachable while the address is used. */
  static long address(ByteBuffer buffer) {
    return MemorySegment.ofBuffer(buffer).address();
  }

  /**
   * Keeps memory from being freed up to here, where a call was given its address only. When the
   * call throws, nobody uses the memory any more, so it need not stand in a finally block.
   */
  @SuppressWarnings("ReachabilityFenceUsage")
  static void keep(Object memory) {
    java.lang.ref.Reference.reachabilityFence(memory);
  }

  /** The text as C expects it. */
  static ByteBuffer cString(byte[] text) {
    ByteBuffer memory = memory(text.length + 1);
    memory.put(text).put((byte) 0);
    return memory.rewind();
  }

  /** The text as C expects it, in UTF-8. */
  static ByteBuffer cString(String text) {
    return cString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
