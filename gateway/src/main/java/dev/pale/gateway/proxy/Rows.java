package dev.pale.gateway.proxy;

import dev.pale.gateway.http.RequestHead;
import dev.pale.gateway.log.RequestLog;
import dev.pale.gateway.log.Start;
import dev.pale.gateway.redact.Tally;
import dev.pale.gateway.refusal.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of requests that never got as far as an exchange. Stateless. */
final class Rows {
  private static final int LONGEST_NAME = 270;

  private Rows() {}

  /** Writes the row of a refusal, and the alarm if it is one. */
  static void refused(
      Shared shared,
      @Nullable ClientSession session,
      String scheme,
      String authority,
      @Nullable RequestHead head,
      Refusal refusal) {
    String target = head != null && head.form() == RequestHead.Form.ORIGIN ? head.target() : "";
    // Nobody has looked through these yet: a real value may stand anywhere.
    Start start =
        new Start(
            session == null ? "" : session.name,
            scheme,
            clean(session, authority),
            head == null ? "" : clean(session, head.method()),
            target.isEmpty() ? "" : Paths.redacted(clean(session, target)),
            "",
            List.of(),
            List.of());
    RequestLog log = session == null ? shared.anyLog() : session.log;
    if (log != null) {
      try {
        log.begin(start).refused(refusal, 0, new Tally());
      } catch (Refusal full) {
        // Nothing leaves for a refused request, so it need not have a row.
      }
    }
    if (refusal.isAlarm() && session != null) {
      shared.alarms().accept(session, refusal);
    }
  }

  /** Text of a client without real values; nothing of a client that is not known. */
  private static String clean(@Nullable ClientSession session, String text) {
    return session == null || text.isEmpty() ? "" : session.redactor.text(text);
  }

  /** A target that could not be read as an authority, fit for a log. */
  static String safe(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), LONGEST_NAME); i++) {
      char c = text.charAt(i);
      out.append(c > ' ' && c < 127 ? c : '?');
    }
    return out.toString();
  }
}
