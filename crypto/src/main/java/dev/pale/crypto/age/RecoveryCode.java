package dev.pale.crypto.age;

import dev.pale.crypto.CryptoException;
import dev.pale.crypto.Keys;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The recovery kit of a vault: an age identity that is shown once, kept on paper, and typed in when
 * everything else is lost. Its text is the identity itself, so the age command can use it too.
 *
 * <h2>Security guarantees</h2>
 *
 * <p>The code has 256 random bits. A slip of up to four characters is always noticed, any other
 * with a probability of 1 - 2^-30 (the checksum of Bech32); where exactly one character is wrong,
 * the message tells which group to look at. Nothing of the code appears in a message.
 *
 * <p>Not thread-safe with regard to {@link #close}.
 */
public final class RecoveryCode implements AutoCloseable {
  private static final String START = "AGE-SECRET-KEY-1";
  private static final String START_WITHOUT_DASHES = "AGESECRETKEY1";

  /** 32 bytes in groups of five bits, and the checksum. */
  private static final int CHARS = 52 + Bech32.CHECKSUM_CHARS;

  private static final int GROUP_CHARS = 6;

  private final AgeIdentity identity;

  private RecoveryCode(AgeIdentity identity) {
    this.identity = identity;
  }

  /** A new code. */
  public static RecoveryCode generate() {
    return new RecoveryCode(AgeIdentity.generate());
  }

  /**
   * Reads a code as a person typed it: upper or lower case, with or without spaces, dashes and line
   * ends, with or without {@code AGE-SECRET-KEY-1} in front. The letters O, I and B, and the digit
   * 1 never occur, so they are read as what they look like: 0, L, 8 and L.
   *
   * @param typed not changed; the caller wipes it
   * @throws CryptoException {@link CryptoException.Kind#TYPO} when it cannot be right
   */
  public static RecoveryCode parse(byte[] typed) {
    byte[] packed = new byte[typed.length];
    int count = 0;
    for (byte b : typed) {
      if (b > ' ' && b != '-') {
        packed[count++] = b >= 'a' && b <= 'z' ? (byte) (b - 32) : b;
      } else if (b < 0) {
        throw typo("it has a character that never occurs in one");
      }
    }
    int from =
        IdentityFile.startsWith(packed, START_WITHOUT_DASHES) ? START_WITHOUT_DASHES.length() : 0;
    byte[] text = new byte[START.length() + CHARS];
    try {
      if (count - from != CHARS) {
        throw typo(
            "it has "
                + (count - from)
                + " characters where "
                + CHARS
                + " are expected after "
                + START);
      }
      System.arraycopy(START.getBytes(StandardCharsets.US_ASCII), 0, text, 0, START.length());
      for (int i = 0; i < CHARS; i++) {
        byte c = meant(packed[from + i]);
        if (Bech32.ALPHABET.indexOf(Character.toLowerCase(c)) < 0) {
          throw typo("group " + group(i) + " has a character that never occurs in one");
        }
        text[START.length() + i] = c;
      }
      Optional<AgeIdentity> identity = X25519Identity.parse(text);
      if (identity.isEmpty()) {
        throw typo(slip(text));
      }
      return new RecoveryCode(identity.get());
    } finally {
      Keys.wipe(packed);
      Keys.wipe(text);
    }
  }

  /** The identity that opens what was sealed for this code; closed together with the code. */
  public AgeIdentity identity() {
    return identity;
  }

  /** Whom to encrypt to so that this code opens it. */
  public AgeRecipient recipient() {
    return identity.recipient();
  }

  /** The code as one word, ASCII, {@code AGE-SECRET-KEY-1…}; the caller wipes it. */
  public byte[] text() {
    return identity.secretText();
  }

  /**
   * The code for reading and writing by hand: {@code AGE-SECRET-KEY-1}, then groups of six
   * characters, all separated by single spaces; the caller wipes it.
   */
  public byte[] groups() {
    byte[] text = text();
    byte[] out = new byte[START.length() + CHARS + (CHARS + GROUP_CHARS - 1) / GROUP_CHARS];
    System.arraycopy(text, 0, out, 0, START.length());
    int at = START.length();
    for (int i = 0; i < CHARS; i++) {
      if (i % GROUP_CHARS == 0) {
        out[at++] = ' ';
      }
      out[at++] = text[START.length() + i];
    }
    Keys.wipe(text);
    return out;
  }

  @Override
  public void close() {
    identity.close();
  }

  @Override
  public String toString() {
    return "[recovery code of " + recipient().text() + "]";
  }

  private static byte meant(byte typed) {
    return switch (typed) {
      case 'O' -> '0';
      case 'I', '1' -> 'L';
      case 'B' -> '8';
      default -> typed;
    };
  }

  /** If one changed character would make it right, which group that is in. */
  private static String slip(byte[] text) {
    byte[] trial = text.clone();
    try {
      int found = -1;
      for (int i = 0; i < CHARS; i++) {
        int at = START.length() + i;
        for (int value = 0; value < Bech32.ALPHABET.length(); value++) {
          trial[at] = (byte) Character.toUpperCase(Bech32.ALPHABET.charAt(value));
          if (Bech32.decode(trial).isPresent()) {
            found = i;
          }
        }
        trial[at] = text[at];
      }
      return found < 0
          ? "its checksum does not match, so several characters are wrong or exchanged"
          : "its checksum does not match; look at group " + group(found);
    } finally {
      Arrays.fill(trial, (byte) 0);
    }
  }

  private static int group(int index) {
    return index / GROUP_CHARS + 1;
  }

  private static CryptoException typo(String what) {
    return new CryptoException(CryptoException.Kind.TYPO, "the recovery code has a slip: " + what);
  }
}
