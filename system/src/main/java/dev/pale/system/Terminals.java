package dev.pale.system;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Terminals and pseudo-terminals. Thread-safe. */
public final class Terminals {
  private static final int O_RDWR_NOCTTY = 02 | 0400;
  private static final long TIOCGWINSZ = 0x5413;
  private static final long TIOCSWINSZ = 0x5414;
  private static final int TCSADRAIN = 1;

  /** {@code struct termios} has 60 bytes in glibc and musl. */
  private static final int TERMIOS_BYTES = 64;

  private static final int OUTPUT_FLAGS_OFFSET = 4;
  private static final int OPOST = 1;

  private Terminals() {}

  /**
   * A pseudo-terminal.
   *
   * @param master our side; close-on-exec
   * @param slavePath the device that the child opens as its terminal
   */
  public record Pty(int master, String slavePath) {}

  /** The settings of a terminal, to be given back later. */
  public static final class Mode {
    private final ByteBuffer settings;

    private Mode(ByteBuffer settings) {
      this.settings = settings;
    }
  }

  /**
   * A window's size.
   *
   * @param packed rows, columns, and both in pixels, as {@code struct winsize} has them
   */
  public record WindowSize(long packed) {
    /** A size in characters. */
    public static WindowSize of(int rows, int columns) {
      return new WindowSize((rows & 0xffffL) | (columns & 0xffffL) << 16);
    }

    /** Rows of characters. */
    public int rows() {
      return (int) (packed & 0xffff);
    }

    /** Columns of characters. */
    public int columns() {
      return (int) (packed >>> 16 & 0xffff);
    }
  }

  /** Opens a new pseudo-terminal. */
  public static Pty openPty() {
    int master =
        Libc.check(
            "posix_openpt", Libc.callInt(Libc.function("posix_openpt"), O_RDWR_NOCTTY, 0, 0));
    try {
      Descriptors.setCloseOnExec(master, true);
      Libc.check("grantpt", Libc.callInt(Libc.function("grantpt"), master, 0, 0));
      Libc.check("unlockpt", Libc.callInt(Libc.function("unlockpt"), master, 0, 0));
      ByteBuffer name = Libc.memory(128);
      int error = Libc.callInt(Libc.function("ptsname_r"), master, Libc.address(name), 128);
      if (error != 0) {
        throw new SystemCallException("ptsname_r", error == -1 ? Libc.errno() : error);
      }
      byte[] text = new byte[128];
      name.get(0, text);
      int end = 0;
      while (text[end] != 0) {
        end++;
      }
      return new Pty(master, new String(text, 0, end, StandardCharsets.US_ASCII));
    } catch (SystemCallException e) {
      Descriptors.close(master);
      throw e;
    }
  }

  /** The terminal's settings. */
  public static Mode mode(int terminal) {
    ByteBuffer settings = Libc.memory(TERMIOS_BYTES);
    Libc.check(
        "tcgetattr", Libc.callInt(Libc.function("tcgetattr"), terminal, Libc.address(settings), 0));
    return new Mode(settings);
  }

  /** Gives a terminal settings; what was written before goes out first. */
  public static void setMode(int terminal, Mode mode) {
    int result =
        Libc.callInt(Libc.function("tcsetattr"), terminal, TCSADRAIN, Libc.address(mode.settings));
    Libc.keep(mode);
    Libc.check("tcsetattr", result);
  }

  /** The same settings, but every byte passes both ways as it is and makes no signal. */
  public static Mode raw(Mode mode) {
    ByteBuffer settings = Libc.memory(TERMIOS_BYTES);
    settings.put(0, mode.settings, 0, TERMIOS_BYTES);
    Libc.callInt(Libc.function("cfmakeraw"), Libc.address(settings), 0, 0);
    return new Mode(settings);
  }

  /** The same settings with or without output processing, which turns LF into CR LF. */
  public static Mode withOutputProcessing(Mode mode, boolean on) {
    ByteBuffer settings = Libc.memory(TERMIOS_BYTES);
    settings.put(0, mode.settings, 0, TERMIOS_BYTES);
    int flags = settings.getInt(OUTPUT_FLAGS_OFFSET);
    settings.putInt(OUTPUT_FLAGS_OFFSET, on ? flags | OPOST : flags & ~OPOST);
    return new Mode(settings);
  }

  /** The window's size; 0 rows and columns when it has none. */
  public static WindowSize windowSize(int terminal) {
    ByteBuffer size = Libc.memory(8);
    int result = Libc.callInt(Libc.function("ioctl"), terminal, TIOCGWINSZ, Libc.address(size));
    return new WindowSize(result == 0 ? size.getLong(0) : 0);
  }

  /** Sets the window's size; the kernel tells the foreground group by WINCH when it changed. */
  public static void setWindowSize(int terminal, WindowSize window) {
    ByteBuffer size = Libc.memory(8);
    size.putLong(0, window.packed());
    int result = Libc.callInt(Libc.function("ioctl"), terminal, TIOCSWINSZ, Libc.address(size));
    Libc.keep(size);
    Libc.check("ioctl", result);
  }
}
