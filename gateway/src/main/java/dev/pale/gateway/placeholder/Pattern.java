package dev.pale.gateway.placeholder;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One way in which a vendor writes its tokens: literal text and random pieces, of which the longest
 * is the core that ends in the check and that grows or shrinks with the real value.
 *
 * <p>Written as {@code sk-ant-api03-<b93>AA}: in angle brackets the alphabet's letter and the usual
 * number of characters. A number never begins with 0.
 */
final class Pattern {
  /** The longest core: what a client might put into a header. */
  private static final int LONGEST_CORE = 4096;

  /** A piece: literal text, or an alphabet and a number of characters. */
  private record Piece(String literal, Alphabet alphabet, int length) {
    boolean isRandom() {
      return length > 0;
    }
  }

  private final List<Piece> pieces = new ArrayList<>();
  private final String prefix;
  private int core = -1;
  private int fixedLength;
  private double fixedBits;

  Pattern(String text) {
    int at = 0;
    while (at < text.length()) {
      int open = text.indexOf('<', at);
      int stop = open < 0 ? text.length() : open;
      if (stop > at) {
        pieces.add(new Piece(text.substring(at, stop), Alphabet.BASE62, 0));
      }
      if (open < 0) {
        break;
      }
      int close = text.indexOf('>', open);
      int length = Integer.parseInt(text.substring(open + 2, close));
      if (core < 0 || length >= pieces.get(core).length()) {
        core = pieces.size();
      }
      pieces.add(new Piece("", alphabet(text.charAt(open + 1)), length));
      at = close + 1;
    }
    prefix = pieces.get(0).literal();
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      if (i != core) {
        fixedLength += piece.isRandom() ? piece.length() : piece.literal().length();
        fixedBits += piece.isRandom() ? piece.length() * piece.alphabet().bitsPerCharacter() : 0;
      }
    }
  }

  private static Alphabet alphabet(char letter) {
    return switch (letter) {
      case 'b' -> Alphabet.BASE62;
      case 'h' -> Alphabet.HEX;
      case 'H' -> Alphabet.HEX_UPPER;
      case 'd' -> Alphabet.DIGITS;
      case 'l' -> Alphabet.LOWER36;
      case 'u' -> Alphabet.UPPER36;
      case 'k' -> Alphabet.BASE32;
      default -> throw new IllegalArgumentException("no alphabet " + letter);
    };
  }

  /** The literal text at the start; may be empty. */
  String prefix() {
    return prefix;
  }

  /** The usual length. */
  int length() {
    return fixedLength + pieces.get(core).length();
  }

  /** Random bits at the usual length. */
  int randomBits() {
    return randomBits(pieces.get(core).length());
  }

  private int randomBits(int coreLength) {
    Alphabet alphabet = pieces.get(core).alphabet();
    return (int) (fixedBits + (coreLength - alphabet.checkLength) * alphabet.bitsPerCharacter());
  }

  /** How long the core is for a real value of so many bytes: as long where 128 bits fit. */
  private int coreLength(int realLength) {
    int wanted = Math.min(realLength - fixedLength, LONGEST_CORE);
    Alphabet alphabet = pieces.get(core).alphabet();
    boolean fits = wanted >= alphabet.checkLength + Recogniser.WINDOW && randomBits(wanted) >= 128;
    return fits ? wanted : pieces.get(core).length();
  }

  Candidate draw(int realLength, RandomGenerator random) {
    int coreLength = coreLength(realLength);
    byte[] text = new byte[fixedLength + coreLength];
    boolean[] literal = new boolean[text.length];
    int at = 0;
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      int length = i == core ? coreLength : piece.length();
      if (!piece.isRandom()) {
        for (int j = 0; j < piece.literal().length(); j++) {
          literal[at] = true;
          text[at++] = (byte) piece.literal().charAt(j);
        }
        continue;
      }
      fill(piece.alphabet(), text, at, length, random);
      at += length;
      if (i == core) {
        Recogniser.write(piece.alphabet(), text, at);
      }
    }
    return new Candidate(text, literal);
  }

  /** Random characters, the first of a number not 0. */
  static void fill(Alphabet alphabet, byte[] text, int at, int length, RandomGenerator random) {
    for (int i = 0; i < length; i++) {
      int digit =
          i == 0 && alphabet == Alphabet.DIGITS
              ? 1 + random.nextInt(9)
              : random.nextInt(alphabet.size());
      text[at + i] = (byte) alphabet.at(digit);
    }
  }

  /** Whether a text has this form and ends in a check. */
  boolean accepts(byte[] text) {
    if (text.length <= fixedLength) {
      return false;
    }
    int at = 0;
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      int length =
          i == core
              ? text.length - fixedLength
              : piece.isRandom() ? piece.length() : piece.literal().length();
      for (int j = 0; j < length; j++) {
        boolean good =
            piece.isRandom()
                ? piece.alphabet().digit(text[at + j]) >= 0
                : piece.literal().charAt(j) == text[at + j];
        if (!good) {
          return false;
        }
      }
      at += length;
      if (i == core) {
        int run = at;
        while (run > 0 && Alphabet.membershipOf(text[run - 1]) != 0) {
          run--;
        }
        if (!Recogniser.endsInCheck(text, run, at)) {
          return false;
        }
      }
    }
    return true;
  }
}
