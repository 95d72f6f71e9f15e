package dev.pale.crypto;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * How a passphrase becomes a key: the cost of Argon2id and the salt. Not secret; kept in clear
 * beside what the key seals.
 *
 * <p>As text: {@code argon2id$v=19$m=65536,t=3,p=1$} and the salt in unpadded base64, at most 120
 * characters. There is exactly one text for each set of parameters.
 *
 * <h2>Security guarantees</h2>
 *
 * <p>The text may come from a hostile file. Bounds are checked before any memory is taken: from
 * above, so that a file cannot exhaust the machine; from below, so that a file cannot talk a later
 * seal into a cheap hash.
 *
 * <p>Immutable and thread-safe.
 */
public final class PassphraseParameters {
  static final int MIN_MEMORY_KIB = 8 * 1024;
  static final int MAX_MEMORY_KIB = 1024 * 1024;
  static final int MAX_ITERATIONS = 64;
  static final int MAX_PARALLELISM = 16;

  /** Memory times passes: 8 GiB in all, some ten seconds on a small machine. */
  static final long MAX_WORK_KIB = 8L * 1024 * 1024;

  static final int MIN_SALT_BYTES = 16;
  static final int MAX_SALT_BYTES = 48;

  private static final String START = "argon2id$v=19$m=";

  private final int memoryKib;
  private final int iterations;
  private final int parallelism;
  private final byte[] salt;

  private PassphraseParameters(int memoryKib, int iterations, int parallelism, byte[] salt) {
    if (memoryKib < MIN_MEMORY_KIB || memoryKib > MAX_MEMORY_KIB) {
      throw limit("memory is not between 8 MiB and 1 GiB");
    }
    if (iterations < 1
        || iterations > MAX_ITERATIONS
        || (long) memoryKib * iterations > MAX_WORK_KIB) {
      throw limit("too many or too few passes");
    }
    if (parallelism < 1 || parallelism > MAX_PARALLELISM) {
      throw limit("parallelism is not between 1 and 16");
    }
    if (salt.length < MIN_SALT_BYTES || salt.length > MAX_SALT_BYTES) {
      throw limit("the salt does not have 16 to 48 bytes");
    }
    this.memoryKib = memoryKib;
    this.iterations = iterations;
    this.parallelism = parallelism;
    this.salt = salt;
  }

  /**
   * The default cost with a fresh random salt of 16 bytes: 64 MiB, 3 passes, 1 lane.
   *
   * <p>RFC 9106, section 4, recommends 64 MiB and 3 passes where 2 GiB are too much, with 4 lanes.
   * Lanes help only who computes them at the same time; here they would be computed one after the
   * other, and only the attacker would gain, hence 1.
   */
  public static PassphraseParameters fresh() {
    return fresh(64 * 1024, 3, 1);
  }

  /**
   * Another cost, with a fresh random salt.
   *
   * @throws CryptoException {@link CryptoException.Kind#LIMIT} when out of bounds
   */
  public static PassphraseParameters fresh(int memoryKib, int iterations, int parallelism) {
    return new PassphraseParameters(memoryKib, iterations, parallelism, Keys.random(16));
  }

  /**
   * Reads what {@link #text()} wrote.
   *
   * @throws CryptoException {@link CryptoException.Kind#FORMAT} when it is not such a text, {@link
   *     CryptoException.Kind#LIMIT} when it is out of bounds
   */
  public static PassphraseParameters parse(String text) {
    int t = text.indexOf(",t=");
    int p = text.indexOf(",p=");
    int s = text.lastIndexOf('$');
    if (text.length() > 120 || !text.startsWith(START) || t < START.length() || p < t || s < p) {
      throw notParameters();
    }
    PassphraseParameters parsed =
        new PassphraseParameters(
            number(text.substring(START.length(), t)),
            number(text.substring(t + 3, p)),
            number(text.substring(p + 3, s)),
            salt(text.substring(s + 1)));
    // One text for one meaning: no leading zeros, no other base64 of the same bytes.
    if (!parsed.text().equals(text)) {
      throw notParameters();
    }
    return parsed;
  }

  /** The text form; safe to store in clear. */
  public String text() {
    return START
        + memoryKib
        + ",t="
        + iterations
        + ",p="
        + parallelism
        + "$"
        + Base64.getEncoder().withoutPadding().encodeToString(salt);
  }

  /** Memory that deriving takes, in KiB. */
  public int memoryKib() {
    return memoryKib;
  }

  /** Passes over the memory. */
  public int iterations() {
    return iterations;
  }

  /** Lanes. */
  public int parallelism() {
    return parallelism;
  }

  /** The salt, a copy. */
  public byte[] salt() {
    return salt.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PassphraseParameters that && text().equals(that.text());
  }

  @Override
  public int hashCode() {
    return text().hashCode();
  }

  @Override
  public String toString() {
    return text();
  }

  private static int number(String digits) {
    if (digits.isEmpty() || digits.length() > 9) {
      throw notParameters();
    }
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        throw notParameters();
      }
      value = value * 10 + (c - '0');
    }
    return value;
  }

  private static byte[] salt(String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw notParameters();
    }
  }

  private static CryptoException notParameters() {
    return new CryptoException(CryptoException.Kind.FORMAT, "not passphrase parameters");
  }

  private static CryptoException limit(String what) {
    return new CryptoException(CryptoException.Kind.LIMIT, "passphrase parameters: " + what);
  }
}
