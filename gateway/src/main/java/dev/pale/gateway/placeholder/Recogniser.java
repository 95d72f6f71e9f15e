package dev.pale.gateway.placeholder;

/**
 * Knows a placeholder of any session and any machine by itself: its last characters are a constant,
 * public function of the {@value #WINDOW} letters and digits before them.
 *
 * <p>The function, for whoever writes a recogniser elsewhere: start with the number of the alphabet
 * plus 1, times 0x9E3779B97F4A7C15; for each of the {@value #WINDOW} characters exclusive-or its
 * ASCII code and multiply by 0xD1342543DE82EF95, then exclusive-or the value shifted right by 29
 * (unsigned); at the end the finaliser of SplitMix64; the remainder by the number of checks,
 * written in the alphabet with the most significant digit first. It is no secret and needs no
 * strength: it tells fakes from real values, and whoever makes a fake gains nothing.
 *
 * <p>A run of random letters and digits passes by chance with a probability of 1 in 5.7e10
 * (base62), 1 in 4.3e9 (hexadecimal) or 1 in 1.07e9 (base32, only when all of it is base32); the
 * alphabets that a run belongs to add up, so at worst about 1 in 6e8 for a run of the digits 2 to 7
 * alone.
 *
 * <p>Only the end of a run of at least {@value #SHORTEST} letters and digits is tested, whatever
 * stands before it: the time is linear and mostly a look at every twentieth byte.
 */
final class Recogniser {
  /** How many characters the check is computed over. */
  static final int WINDOW = 14;

  /** The shortest run that can be a placeholder: an AWS key id. */
  static final int SHORTEST = 20;

  private static final int UUID_LENGTH = 36;

  private Recogniser() {}

  /** Computes the check over the characters before {@code end}, hyphens left out. */
  static long check(Alphabet alphabet, byte[] text, int end, int start) {
    long h = (alphabet.number + 1) * 0x9E3779B97F4A7C15L;
    int count = 0;
    int i = end;
    while (count < WINDOW) {
      i--;
      if (i < start) {
        return -1;
      }
      int c = text[i];
      if (c == '-') {
        continue;
      }
      if ((Alphabet.membershipOf(c) >> alphabet.number & 1) == 0) {
        return -1;
      }
      h = (h ^ c) * 0xD1342543DE82EF95L;
      h ^= h >>> 29;
      count++;
    }
    h = (h ^ (h >>> 30)) * 0xBF58476D1CE4E5B9L;
    h = (h ^ (h >>> 27)) * 0x94D049BB133111EBL;
    return Long.remainderUnsigned(h ^ (h >>> 31), alphabet.checks);
  }

  /** Writes the check in front of {@code end}; what it covers must be there. */
  static void write(Alphabet alphabet, byte[] text, int end) {
    long rest = check(alphabet, text, end - alphabet.checkLength, 0);
    for (int i = end - 1; i >= end - alphabet.checkLength; i--) {
      text[i] = (byte) alphabet.at((int) (rest % alphabet.size()));
      rest /= alphabet.size();
    }
  }

  private static boolean matches(Alphabet alphabet, byte[] text, int start, int end) {
    int from = end - alphabet.checkLength;
    if (from < start) {
      return false;
    }
    long claimed = 0;
    for (int i = from; i < end; i++) {
      int digit = alphabet.digit(text[i]);
      if (digit < 0) {
        return false;
      }
      claimed = claimed * alphabet.size() + digit;
    }
    return claimed == check(alphabet, text, from, start);
  }

  /**
   * Whether letters and digits from {@code start} end in a check, also with {@code AA} after it.
   */
  static boolean endsInCheck(byte[] text, int start, int end) {
    return tail(text, start, end)
        || (end - start >= SHORTEST + 2
            && text[end - 1] == 'A'
            && text[end - 2] == 'A'
            && tail(text, start, end - 2));
  }

  private static boolean tail(byte[] text, int start, int end) {
    if (end - start < SHORTEST) {
      return false;
    }
    int common = -1;
    for (int i = end - SHORTEST; i < end && common != 0; i++) {
      common &= Alphabet.membershipOf(text[i]);
    }
    for (int rest = common; rest != 0; rest &= rest - 1) {
      if (matches(Alphabet.all()[Integer.numberOfTrailingZeros(rest)], text, start, end)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether the {@value #UUID_LENGTH} characters before {@code end} are a UUID that ends in a
   * check.
   */
  static boolean isUuid(byte[] text, int start, int end) {
    int from = end - UUID_LENGTH;
    if (from < start) {
      return false;
    }
    for (int i = 0; i < UUID_LENGTH; i++) {
      boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
      if (hyphen ? text[from + i] != '-' : Alphabet.HEX.digit(text[from + i]) < 0) {
        return false;
      }
    }
    return matches(Alphabet.HEX, text, from, end);
  }

  /**
   * The start of the first token that holds a placeholder, or -1.
   *
   * @return position of the first letter, digit, {@code -} or {@code _} of the token
   */
  static int find(byte[] text, int off, int len) {
    int end = off + len;
    int i = off;
    while (end - i >= SHORTEST) {
      int p = i + SHORTEST - 1;
      while (p >= i && isToken(text[p])) {
        p--;
      }
      if (p >= i) {
        i = p + 1;
        continue;
      }
      int stop = i + SHORTEST;
      while (stop < end && isToken(text[stop])) {
        stop++;
      }
      if (inToken(text, i, stop)) {
        return i;
      }
      i = stop + 1;
    }
    return -1;
  }

  /** Tests the end of each run of letters and digits inside a token. */
  private static boolean inToken(byte[] text, int start, int end) {
    int run = start;
    for (int i = start; i <= end; i++) {
      if (i == end || text[i] == '-' || text[i] == '_') {
        if (i - run >= SHORTEST
            ? endsInCheck(text, run, i)
            : i - run == 12 && isUuid(text, start, i)) {
          return true;
        }
        run = i + 1;
      }
    }
    return false;
  }

  private static boolean isToken(byte c) {
    return Alphabet.membershipOf(c) != 0 || c == '-' || c == '_';
  }
}
