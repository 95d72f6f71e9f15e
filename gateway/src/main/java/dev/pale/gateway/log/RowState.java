package dev.pale.gateway.log;

import java.util.Locale;
import java.util.Optional;

/** How far a request has come. */
public enum RowState {
  /** Begun; nothing has left. In a log whose gateway is gone: it was cut off here. */
  OPEN,
  /** On its way to the server, secrets with it; no answer yet. */
  SENT,
  /** Answered, the answer passed on in full. */
  DONE,
  /** Turned down by the gateway. */
  REFUSED,
  /** Cut short by either side. */
  ABORTED;

  private final String text = name().toLowerCase(Locale.ROOT);

  /** As it stands in a row: {@code done}. */
  public String text() {
    return text;
  }

  /** Whether the row will not change any more. */
  public boolean isFinal() {
    return compareTo(SENT) > 0;
  }

  /** The state for its text. */
  public static Optional<RowState> of(String text) {
    for (RowState state : values()) {
      if (state.text.equals(text)) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }
}
