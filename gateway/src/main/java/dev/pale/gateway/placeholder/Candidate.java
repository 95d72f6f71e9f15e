package dev.pale.gateway.placeholder;

import java.nio.charset.StandardCharsets;

/** A freshly drawn placeholder. */
final class Candidate {
  private final byte[] text;
  private final boolean[] literal;

  /**
   * A candidate.
   *
   * @param text ASCII
   * @param literal for each character whether it is the shape's own and not random
   */
  Candidate(byte[] text, boolean[] literal) {
    this.text = text;
    this.literal = literal;
  }

  byte[] text() {
    return text;
  }

  boolean[] literal() {
    return literal;
  }

  String asString() {
    return new String(text, StandardCharsets.US_ASCII);
  }
}
