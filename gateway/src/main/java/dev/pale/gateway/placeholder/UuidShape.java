package dev.pale.gateway.placeholder;

import java.util.random.RandomGenerator;

/**
 * A random UUID (RFC 9562, version 4), also behind a vendor's prefix: 90 random bits.
 *
 * @param prefix may be empty
 */
record UuidShape(String name, String prefix) implements Shape {
  @Override
  public int randomBits() {
    return 90;
  }

  @Override
  public Candidate draw(byte[] real, RandomGenerator random) {
    int start = prefix.length();
    byte[] text = new byte[start + 36];
    boolean[] literal = new boolean[text.length];
    for (int i = 0; i < start; i++) {
      text[i] = (byte) prefix.charAt(i);
      literal[i] = true;
    }
    Pattern.fill(Alphabet.HEX, text, start, 36, random);
    for (int at : new int[] {8, 13, 18, 23}) {
      text[start + at] = '-';
      literal[start + at] = true;
    }
    text[start + 14] = '4';
    literal[start + 14] = true;
    text[start + 19] = (byte) "89ab".charAt(random.nextInt(4));
    Recogniser.write(Alphabet.HEX, text, text.length);
    return new Candidate(text, literal);
  }

  @Override
  public boolean accepts(byte[] text) {
    if (text.length != prefix.length() + 36) {
      return false;
    }
    for (int i = 0; i < prefix.length(); i++) {
      if (text[i] != prefix.charAt(i)) {
        return false;
      }
    }
    return Recogniser.isUuid(text, prefix.length(), text.length);
  }
}
