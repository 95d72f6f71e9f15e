package dev.pale.gateway.refusal;

/**
 * A request is turned down: a status for the client, a stable code for programs and the log, and a
 * sentence for whoever reads it, which may be the agent.
 *
 * <p>Neither code nor reason holds a value, a part of a body, or text that the client sent beyond
 * names that were checked (a host name, a method); a secret is told by its name.
 *
 * <p>Immutable; carries no stack trace, because it is an answer and not a failure.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What follows from a refusal beyond the answer. */
  public enum Severity {
    /** Malformed or not allowed: noted in the request log. */
    NOTED,
    /** Somebody tried to take a secret elsewhere: an alarm in the audit log as well. */
    ALARM
  }

  private final int status;
  private final String code;
  private final String mend;
  private final Severity severity;

  private Refusal(int status, String code, String reason, String mend, Severity severity) {
    super(reason, null, false, false);
    this.status = status;
    this.code = code;
    this.mend = mend;
    this.severity = severity;
  }

  /**
   * A refusal that is noted.
   *
   * @param status HTTP status for the client: 400, 403, 407, 413, 421, 431, 502, 503 …
   * @param code stable, lower case with hyphens: {@code duplicate-host}; listed in docs/gateway.md
   * @param reason what and why, lower case, no full stop
   * @param mend what the reader can do, may be empty
   */
  public static Refusal of(int status, String code, String reason, String mend) {
    return new Refusal(status, code, reason, mend, Severity.NOTED);
  }

  /** As {@link #of}, and an alarm. */
  public static Refusal alarm(int status, String code, String reason, String mend) {
    return new Refusal(status, code, reason, mend, Severity.ALARM);
  }

  /** The HTTP status for the client. */
  public int status() {
    return status;
  }

  /** The stable code. */
  public String code() {
    return code;
  }

  /** What and why. */
  public String reason() {
    String reason = getMessage();
    return reason == null ? "" : reason;
  }

  /** What the reader can do; empty when nothing. */
  public String mend() {
    return mend;
  }

  /** Whether it is an alarm. */
  public boolean isAlarm() {
    return severity == Severity.ALARM;
  }
}
