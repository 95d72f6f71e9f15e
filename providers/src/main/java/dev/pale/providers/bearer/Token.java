package dev.pale.providers.bearer;

import java.time.Instant;

/** A bearer token and how long to use it. Prints nothing of it. Immutable. */
public final class Token {
  private final String text;
  private final Instant until;

  /**
   * A token.
   *
   * @param until after which it is not used any more
   */
  public Token(String text, Instant until) {
    this.text = text;
    this.until = until;
  }

  /** What goes into the header. */
  public String text() {
    return text;
  }

  /** The end of its use. */
  public Instant until() {
    return until;
  }

  @Override
  public String toString() {
    return "[token]";
  }
}
