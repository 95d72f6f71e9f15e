package dev.pale.secrets;

import java.util.Optional;

/**
 * The one error type that reaches a user: a stable code, what happened, why, and what mends it.
 *
 * <p>None of the texts may hold a secret's value, nor bytes of a file that may hold one.
 *
 * <p>Immutable apart from the stack trace that every {@link Throwable} carries; the trace is
 * printed only with {@code --debug}.
 */
public final class PaleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Stable number, printed as {@code PALE-104}; the catalogue is {@code docs/errors.md}. */
  private final int code;

  private final String why;
  private final String mend;
  private final boolean usage;

  private PaleException(
      int code,
      boolean usage,
      String what,
      String why,
      String mend,
      @org.jspecify.annotations.Nullable Throwable cause) {
    super(what, cause);
    this.code = code;
    this.usage = usage;
    this.why = why;
    this.mend = mend;
  }

  /**
   * A failure.
   *
   * @param code stable number of the error, 100 to 999
   * @param what what happened, lower case, no full stop
   * @param why the place or the reason, may be empty
   * @param mend the command or action that mends it, may be empty
   */
  public static PaleException of(int code, String what, String why, String mend) {
    return new PaleException(code, false, what, why, mend, null);
  }

  /**
   * As {@link #of(int, String, String, String)}, keeping the technical cause for {@code --debug}.
   */
  public static PaleException of(int code, String what, String why, String mend, Throwable cause) {
    return new PaleException(code, false, what, why, mend, cause);
  }

  /** Wrong usage of a command: exit status 2. */
  public static PaleException usage(int code, String what, String why, String mend) {
    return new PaleException(code, true, what, why, mend, null);
  }

  /** The number of the error, 100 to 999. */
  public int code() {
    return code;
  }

  /** The code as it is printed, for instance {@code PALE-104}. */
  public String codeText() {
    return "PALE-" + code;
  }

  /** What happened. */
  public String what() {
    return Optional.ofNullable(getMessage()).orElse("");
  }

  /** The place or the reason; empty when there is nothing to add. */
  public String why() {
    return why;
  }

  /** What the user does about it; empty when nothing can be done. */
  public String mend() {
    return mend;
  }

  /** Whether the command was called wrongly (exit status 2) rather than failed. */
  public boolean isUsage() {
    return usage;
  }
}
