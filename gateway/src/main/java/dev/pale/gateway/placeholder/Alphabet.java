package dev.pale.gateway.placeholder;

/**
 * The characters that a placeholder is drawn from, and how many of its last characters check the
 * rest.
 *
 * <p>All are subsets of letters and digits, also where the vendor's own alphabet is larger: what an
 * encoder never touches is found wherever it stands.
 */
final class Alphabet {
  /** 35 bits in 6 characters. */
  static final Alphabet BASE62 =
      new Alphabet(0, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 6);

  /** 32 bits in 8 characters. */
  static final Alphabet HEX = new Alphabet(1, "0123456789abcdef", 8);

  /** 32 bits in 8 characters. */
  static final Alphabet HEX_UPPER = new Alphabet(2, "0123456789ABCDEF", 8);

  /** 33 bits in 10 characters. */
  static final Alphabet DIGITS = new Alphabet(3, "0123456789", 10);

  /** 36 bits in 7 characters. */
  static final Alphabet LOWER36 = new Alphabet(4, "0123456789abcdefghijklmnopqrstuvwxyz", 7);

  /** 36 bits in 7 characters. */
  static final Alphabet UPPER36 = new Alphabet(5, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 7);

  /** 30 bits in 6 characters (RFC 4648, section 6). */
  static final Alphabet BASE32 = new Alphabet(6, "234567ABCDEFGHIJKLMNOPQRSTUVWXYZ", 6);

  private static final Alphabet[] ALL = {BASE62, HEX, HEX_UPPER, DIGITS, LOWER36, UPPER36, BASE32};

  /** For each ASCII character: one bit for each alphabet that has it. */
  private static final byte[] MEMBERSHIP = membership();

  /** Its bit among the memberships, from 0; a part of the check's definition. */
  final int number;

  /** How many characters check the rest. */
  final int checkLength;

  /** How many different checks there are: size to the power of {@link #checkLength}. */
  final long checks;

  private final String characters;
  private final byte[] digitOf = new byte[128];

  private Alphabet(int number, String characters, int checkLength) {
    this.number = number;
    this.characters = characters;
    this.checkLength = checkLength;
    long power = 1;
    for (int i = 0; i < checkLength; i++) {
      power *= characters.length();
    }
    this.checks = power;
    java.util.Arrays.fill(digitOf, (byte) -1);
    for (int i = 0; i < characters.length(); i++) {
      digitOf[characters.charAt(i)] = (byte) i;
    }
  }

  private static byte[] membership() {
    byte[] table = new byte[128];
    for (Alphabet each : ALL) {
      for (int i = 0; i < each.characters.length(); i++) {
        table[each.characters.charAt(i)] |= (byte) (1 << each.number);
      }
    }
    return table;
  }

  /**
   * One bit for each alphabet that has this character, by number; 0 for all but letters and digits.
   */
  static int membershipOf(int c) {
    return c >= 0 && c < 128 ? MEMBERSHIP[c] : 0;
  }

  /** All of them, not to be changed. */
  static Alphabet[] all() {
    return ALL;
  }

  int size() {
    return characters.length();
  }

  char at(int digit) {
    return characters.charAt(digit);
  }

  /** The number of a character, or -1. */
  int digit(int c) {
    return c >= 0 && c < 128 ? digitOf[c] : -1;
  }

  /** Bits of one random character. */
  double bitsPerCharacter() {
    return Math.log(size()) / Math.log(2);
  }

  /** So many characters that 128 random bits and the check have room. */
  int roomy() {
    return (int) Math.ceil(128 / bitsPerCharacter()) + checkLength;
  }
}
