package dev.pale.gateway.placeholder;

import java.util.random.RandomGenerator;

/** Letters and digits of the real value's class, as long as it, or as long as 128 bits need. */
record GenericShape(String name, Alphabet alphabet) implements Shape {
  private static final int LONGEST = 4096;

  @Override
  public int randomBits() {
    return 128;
  }

  @Override
  public Candidate draw(byte[] real, RandomGenerator random) {
    return password(alphabet, Math.min(real.length, LONGEST), random);
  }

  static Candidate password(Alphabet alphabet, int length, RandomGenerator random) {
    byte[] text = new byte[Math.max(length, alphabet.roomy())];
    Pattern.fill(alphabet, text, 0, text.length, random);
    Recogniser.write(alphabet, text, text.length);
    return new Candidate(text, new boolean[text.length]);
  }

  @Override
  public boolean accepts(byte[] text) {
    for (byte c : text) {
      if (alphabet.digit(c) < 0) {
        return false;
      }
    }
    return Recogniser.endsInCheck(text, 0, text.length);
  }
}
