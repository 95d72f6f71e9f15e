package dev.pale.gateway.trust;

/**
 * What a probe showed.
 *
 * @param runtime which runtime
 * @param program its executable
 * @param version what it says of itself, one line; empty when it says nothing
 * @param verdict the diagnosis
 * @param millis how long the probe took
 * @param detail the last lines that it printed, at most 400 characters, the gateway's token taken
 *     out; empty when it worked
 * @param mend what the user does about it; empty when it worked
 */
public record Outcome(
    String runtime,
    String program,
    String version,
    Verdict verdict,
    long millis,
    String detail,
    String mend) {
  /** Diagnoses. */
  public enum Verdict {
    /** Its request arrived through the gateway, inside TLS: it trusts the session. */
    WORKED,
    /** It came to the gateway, but sent no request inside TLS: it does not trust the session. */
    NOT_TRUSTED,
    /** The gateway saw nothing of it: it goes another way, or nowhere. */
    NOT_THROUGH,
    /** It neither came nor ended in time. */
    TIMED_OUT,
    /** It could not be run, or lacks the library that the probe is about. */
    ABSENT
  }
}
