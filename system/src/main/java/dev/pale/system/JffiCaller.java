package dev.pale.system;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * Calls through the native library of jffi, which is a C function behind JNI: nothing is spun or
 * compiled, so the first call of a cold process costs about 5 ms of processor time instead of the
 * 30 of {@link ForeignCaller}. Every {@code pale run} makes such calls.
 *
 * <p>The library's public classes unpack it to the temporary folder and read properties first,
 * which costs most of what is saved; so the launcher says where the unpacked library is, and the
 * native methods behind the public classes are called by reflection. Where that does not work there
 * is {@link ForeignCaller}.
 *
 * <p>Thread-safe: the error number is kept per thread, by the library.
 */
final class JffiCaller implements Libc.Caller {
  /** Number of the type of a signed 64-bit integer, in jffi's list of types. */
  private static final int SINT64 = 12;

  /** A call context that keeps the error number of each call. */
  private static final int SAVE_ERRNO = 1;

  private static final int RTLD_LAZY = 1;

  private final long context;
  private final long program;
  private final Method symbol;
  private final Method invoke;
  private final Method lastError;

  private JffiCaller(long context, long program, Method symbol, Method invoke, Method lastError) {
    this.context = context;
    this.program = program;
    this.symbol = symbol;
    this.invoke = invoke;
    this.lastError = lastError;
  }

  /**
   * This way of calling; null when the library is not there or does not fit.
   *
   * @param library path of the unpacked native library; empty for none
   */
  static @Nullable JffiCaller create(String library) {
    if (library.isEmpty()) {
      return null;
    }
    try {
      System.load(library);
      Class<?> type =
          Class.forName("com.kenai.jffi.Foreign", false, JffiCaller.class.getClassLoader());
      Constructor<?> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      Object foreign = constructor.newInstance();
      method(type, "init").invoke(foreign);
      long number = (Long) method(type, "lookupBuiltinType", int.class).invoke(foreign, SINT64);
      Method make = method(type, "newCallContext", long.class, long[].class, int.class);
      long[] six = {number, number, number, number, number, number};
      long context = (Long) make.invoke(foreign, number, six, SAVE_ERRNO);
      long program =
          (Long) method(type, "dlopen", String.class, int.class).invoke(null, null, RTLD_LAZY);
      Class<?> l = long.class;
      return new JffiCaller(
          context,
          program,
          method(type, "dlsym", l, String.class),
          method(type, "invokeN6", l, l, l, l, l, l, l, l),
          method(type, "getLastError"));
    } catch (ReflectiveOperationException | RuntimeException | LinkageError unusable) {
      return null;
    }
  }

  private static Method method(Class<?> type, String name, Class<?>... parameters)
      throws NoSuchMethodException {
    Method method = type.getDeclaredMethod(name, parameters);
    method.setAccessible(true);
    return method;
  }

  @Override
  public long find(String name) {
    try {
      return (Long) symbol.invoke(null, program, name);
    } catch (ReflectiveOperationException notThere) {
      return 0;
    }
  }

  @Override
  public long call(long function, long a, long b, long c, long d, long e, long f) {
    try {
      return (Long) invoke.invoke(null, context, function, a, b, c, d, e, f);
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError("a C function cannot throw", impossible);
    }
  }

  @Override
  public int errno() {
    try {
      return (Integer) lastError.invoke(null);
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError("reading an error number cannot fail", impossible);
    }
  }
}
