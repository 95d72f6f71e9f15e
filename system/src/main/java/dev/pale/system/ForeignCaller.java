package dev.pale.system;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;

/**
 * Calls through java.lang.foreign. Works everywhere; making the one handle costs about 30 ms of
 * processor time in a cold process, because the JDK spins and compiles the code of the call.
 *
 * <p>Thread-safe: the error number is kept per thread.
 */
final class ForeignCaller implements Libc.Caller {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup SYMBOLS = LINKER.defaultLookup();
  private static final MethodHandle CALL =
      LINKER.downcallHandle(
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG),
          Linker.Option.captureCallState("errno"));

  /** On Linux the captured state is the C {@code int errno} alone, at offset 0. */
  private static final ErrnoBuffer ERRNO = new ErrnoBuffer();

  private static final class ErrnoBuffer extends ThreadLocal<ByteBuffer> {
    @Override
    protected ByteBuffer initialValue() {
      return Libc.memory(16);
    }
  }

  @Override
  public long find(String name) {
    var found = SYMBOLS.find(name);
    return found.isEmpty() ? 0 : found.get().address();
  }

  @Override
  public long call(long function, long a, long b, long c, long d, long e, long f) {
    try {
      return (long)
          CALL.invokeExact(
              MemorySegment.ofAddress(function),
              MemorySegment.ofBuffer(ERRNO.get()),
              a,
              b,
              c,
              d,
              e,
              f);
    } catch (Error error) {
      throw error;
    } catch (Throwable impossible) {
      throw new AssertionError("a C function cannot throw", impossible);
    }
  }

  @Override
  public int errno() {
    return ERRNO.get().getInt(0);
  }
}
