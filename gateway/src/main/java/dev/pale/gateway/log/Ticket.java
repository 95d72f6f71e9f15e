package dev.pale.gateway.log;

import dev.pale.gateway.redact.Tally;
import dev.pale.gateway.refusal.Refusal;

/**
 * The row of one request, from before anything of it leaves until it is over. Exactly one of {@link
 * #done}, {@link #refused} and {@link #aborted} ends it; later ones are ignored.
 *
 * <p>Not thread-safe, but may be handed from one thread to another.
 */
public final class Ticket {
  private final RequestLog log;
  private final Start start;
  private final RowText text;
  private final Extent room;
  private final int position;
  private final long n;
  private final long beganNanos;
  private boolean left;
  private boolean over;

  Ticket(
      RequestLog log,
      Start start,
      RowText text,
      Extent room,
      int position,
      long n,
      long beganNanos) {
    this.log = log;
    this.start = start;
    this.text = text;
    this.room = room;
    this.position = position;
    this.n = n;
    this.beganNanos = beganNanos;
  }

  /** The number of the row, 1 for the first of the session. */
  public long n() {
    return n;
  }

  /**
   * To be called right before the first byte goes to the server: from now on the secrets of the
   * request count as having left, whatever becomes of it.
   */
  public void sent() {
    if (left || over) {
      return;
    }
    left = true;
    byte[] state = RequestLog.SENT;
    log.put(room, position + text.state() - text.from(), state, 0, state.length);
    log.totals().left(start.secrets(), start.authority(), start.slots());
  }

  /**
   * The answer was passed on in full.
   *
   * @param status the server's
   * @param upBytes how many bytes of the body went to the server
   * @param tally what came back
   */
  public void done(int status, long upBytes, Tally tally) {
    finish(RowState.DONE, "", false, status, upBytes, tally);
  }

  /** The gateway turned the request or its answer down. */
  public void refused(Refusal refusal, long upBytes, Tally tally) {
    finish(RowState.REFUSED, refusal.code(), refusal.isAlarm(), refusal.status(), upBytes, tally);
  }

  /**
   * Either side went away or took too long.
   *
   * @param code stable, lower case with hyphens: {@code client-gone}
   * @param status the server's, 0 when it had not answered
   */
  public void aborted(String code, int status, long upBytes, Tally tally) {
    finish(RowState.ABORTED, code, false, status, upBytes, tally);
  }

  private void finish(
      RowState state, String code, boolean alarm, int status, long upBytes, Tally tally) {
    if (over) {
      return;
    }
    over = true;
    long micros = (System.nanoTime() - beganNanos) / 1000;
    log.finish(
        this,
        completed ->
            text.finish(
                state,
                left,
                code,
                alarm,
                status,
                upBytes,
                tally.bytes(),
                tally.found(),
                micros,
                completed));
    log.totals().cameBack(tally);
  }

  RowText text() {
    return text;
  }

  Extent room() {
    return room;
  }

  int position() {
    return position;
  }

  @Override
  public String toString() {
    return "[row " + n + "]";
  }
}
