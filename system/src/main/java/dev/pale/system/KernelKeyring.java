package dev.pale.system;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Keeps small secrets in the kernel for a time: for processes of the same user, on this machine,
 * until the time is over, {@link #drop} is called or the machine stops. They are never swapped to a
 * disk in a file of ours and never on a command line.
 *
 * <p>The keys are of type {@code user} and hang on the user keyring {@code @u}, which all processes
 * of a user id (in one user namespace) share, whatever their session. A session keyring would be
 * lost with the login session, and in a container each {@code exec} may have its own.
 *
 * <p>Some session keyrings have no link to the user keyring (bare containers, system services), and
 * a key that is not reachable from the caller's own keyrings cannot be read. So each call first
 * links the user keyring into the <em>process</em> keyring, which the kernel forgets with the
 * process or at {@code execve}.
 *
 * <p><b>Security guarantees.</b> Other users cannot see, read or change the keys. Processes of the
 * same user and user namespace that can call {@code keyctl} can read them as Pale does: only a
 * fence that denies the call stops those. A key gets its permissions and its time limit before it
 * is linked, so that a kill in between leaves nothing behind.
 *
 * <p>Thread-safe, but the process keyring belongs to a platform thread: do not call from a virtual
 * thread. Source: {@code keyrings(7)}, {@code keyctl(2)}, {@code user-keyring(7)}.
 */
public final class KernelKeyring {
  /** The largest value that a key of type {@code user} holds. */
  public static final int MAX_BYTES = 32_767;

  private static final long UNLINK = 9;
  private static final long LINK = 8;
  private static final long SETPERM = 5;
  private static final long SEARCH = 10;
  private static final long READ = 11;
  private static final long SET_TIMEOUT = 15;
  private static final long INVALIDATE = 21;
  private static final long PROCESS_KEYRING = -2;
  private static final long USER_KEYRING = -4;

  /** Possessor: view, read, search, link, set attributes. Nobody else anything. */
  private static final long PERMISSIONS = 0x3b00_0000L;

  private KernelKeyring() {}

  /** Whether this kernel, container and user have a user keyring that can be used. Never throws. */
  public static boolean available() {
    try {
      possess();
      return true;
    } catch (SystemCallException no) {
      return false;
    }
  }

  /**
   * Keeps a value under a description, in place of an earlier one of that description.
   *
   * @param description what it is found by; visible to the user's own processes in {@code
   *     /proc/keys}, so never a secret
   * @param value 1 to {@link #MAX_BYTES} bytes; the caller's array is neither kept nor changed
   * @param ttlSeconds after which the kernel forgets it; 0 for no limit
   * @throws SystemCallException when the kernel refuses, for instance {@link Errno#EDQUOT}
   */
  public static void put(String description, byte[] value, long ttlSeconds) {
    if (value.length == 0 || value.length > MAX_BYTES || ttlSeconds < 0) {
      throw new IllegalArgumentException("1 to " + MAX_BYTES + " bytes, and no negative time");
    }
    possess();
    ByteBuffer type = Libc.cString("user");
    ByteBuffer name = Libc.cString(description);
    ByteBuffer payload = Libc.memory(value.length);
    try {
      payload.put(0, value);
      long key =
          Libc.check(
              "add_key",
              Kernel.call(
                  Kernel.ADD_KEY,
                  Libc.address(type),
                  Libc.address(name),
                  Libc.address(payload),
                  value.length,
                  PROCESS_KEYRING));
      try {
        keyctl(SETPERM, key, PERMISSIONS, 0, 0);
        if (ttlSeconds > 0) {
          keyctl(SET_TIMEOUT, key, Math.min(ttlSeconds, Integer.MAX_VALUE), 0, 0);
        }
        keyctl(LINK, key, USER_KEYRING, 0, 0);
      } finally {
        Kernel.call(Kernel.KEYCTL, UNLINK, key, PROCESS_KEYRING, 0, 0);
      }
    } finally {
      wipe(payload);
      Libc.keep(type);
      Libc.keep(name);
    }
  }

  /**
   * The value kept under a description, or empty when there is none, it has expired or was dropped.
   * The caller wipes the array.
   */
  public static Optional<byte[]> get(String description) {
    possess();
    long key = find(description);
    if (key == -1) {
      return Optional.empty();
    }
    ByteBuffer buffer = Libc.memory(MAX_BYTES);
    try {
      long length =
          Kernel.call(Kernel.KEYCTL, READ, key, Libc.address(buffer), buffer.capacity(), 0);
      if (length == -1) {
        refuseUnlessGone();
        return Optional.empty();
      }
      byte[] value = new byte[(int) length];
      buffer.get(0, value);
      return Optional.of(value);
    } finally {
      wipe(buffer);
    }
  }

  /** Forgets the value at once, in the kernel too; false when there was none. */
  public static boolean drop(String description) {
    possess();
    long key = find(description);
    if (key == -1) {
      return false;
    }
    if (Kernel.call(Kernel.KEYCTL, INVALIDATE, key, 0, 0, 0) == -1) {
      refuseUnlessGone();
      return false;
    }
    return true;
  }

  /** Links the user keyring below this thread's process keyring; again and again is harmless. */
  private static void possess() {
    keyctl(LINK, USER_KEYRING, PROCESS_KEYRING, 0, 0);
  }

  private static long find(String description) {
    ByteBuffer type = Libc.cString("user");
    ByteBuffer name = Libc.cString(description);
    long key =
        Kernel.call(Kernel.KEYCTL, SEARCH, USER_KEYRING, Libc.address(type), Libc.address(name), 0);
    Libc.keep(type);
    Libc.keep(name);
    if (key == -1) {
      refuseUnlessGone();
    }
    return key;
  }

  private static void refuseUnlessGone() {
    int errno = Libc.errno();
    boolean gone =
        errno == Errno.ENOKEY || errno == Errno.EKEYEXPIRED || errno == Errno.EKEYREVOKED;
    if (!gone) {
      throw new SystemCallException("keyctl", errno);
    }
  }

  private static void keyctl(long operation, long a, long b, long c, long d) {
    Libc.check("keyctl", Kernel.call(Kernel.KEYCTL, operation, a, b, c, d));
  }

  private static void wipe(ByteBuffer buffer) {
    buffer.put(0, new byte[buffer.capacity()]);
    Libc.keep(buffer);
  }

  /** Gives this thread an empty session keyring without a link to anything, as containers do. */
  static void joinEmptySession() {
    keyctl(1, 0, 0, 0, 0);
  }

  /** Wipes a value that was read. */
  public static void wipe(byte[] value) {
    Arrays.fill(value, (byte) 0);
  }
}
