package dev.pale.gateway.placeholder;

/**
 * A freshly drawn placeholder.
 *
 * @param text ASCII
 * @param literal for each character whether it is the shape's own and not random
 */
record Candidate(byte[] text, boolean[] literal) {
  String asString() {
    return new String(text, java.nio.charset.StandardCharsets.US_ASCII);
  }
}
