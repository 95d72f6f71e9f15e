package dev.pale.gateway.placeholder;

import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The placeholders of one session: for each secret a text in its vendor's form that is worth
 * nothing.
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>At least 128 random bits where the form has the room ({@link Shapes} names those that have
 *       not), as long as the real value wherever that many fit.
 *   <li>No placeholder is a part of another one or of a real value of the session, nor the reverse;
 *       random parts share no eight characters in a row with a real value.
 *   <li>It passes no vendor's checksum that is known, and holds no word that makes clients or
 *       scanners take it for an example.
 *   <li>Any Pale recognises it without knowing the session: {@link #isPlaceholder}, {@link #find}.
 * </ul>
 *
 * <p>Thread-safe: immutable.
 */
public final class Placeholders {
  private static final int ATTEMPTS = 100;
  private static final int SHARED = 8;

  /** What a client or a scanner takes for an example. */
  private static final String[] WORDS = {
    "test",
    "dummy",
    "placeholder",
    "example",
    "fake",
    "sample",
    "mock",
    "demo",
    "changeme",
    "todo",
    "your",
    "xxxx",
    "redacted",
    "secret",
    "null",
    "none",
    "abcd",
    "1234",
    "0000",
    "aaaa",
    "pale"
  };

  private final Map<SecretName, String> byName;

  private Placeholders(Map<SecretName, String> byName) {
    this.byName = byName;
  }

  /**
   * Draws a placeholder for each wish.
   *
   * @param random must be unpredictable: {@link java.security.SecureRandom}
   * @throws PaleException 730 for a shape that does not exist, 731 for two wishes of one name, 732
   *     when no placeholder can be told apart from the real values
   */
  public static Placeholders mint(List<Wish> wishes, RandomGenerator random) {
    List<byte[]> reals = new ArrayList<>();
    for (Wish wish : wishes) {
      reals.add(wish.real().bytes(Reveal.COMPARE));
    }
    List<byte[]> minted = new ArrayList<>();
    Map<SecretName, String> byName = new LinkedHashMap<>();
    for (Wish wish : wishes) {
      if (!wish.shape().isEmpty() && Shapes.named(wish.shape()).isEmpty()) {
        throw PaleException.of(
            730,
            "no placeholder shape of this name for " + wish.name(),
            wish.shape(),
            "leave the shape out, or take one that docs/gateway.md lists");
      }
      Candidate candidate = draw(wish, reals, minted, random);
      minted.add(candidate.text());
      if (byName.put(wish.name(), candidate.asString()) != null) {
        throw PaleException.of(731, "two placeholders for " + wish.name(), "", "name it once");
      }
    }
    return new Placeholders(Collections.unmodifiableMap(byName));
  }

  private static Candidate draw(
      Wish wish, List<byte[]> reals, List<byte[]> minted, RandomGenerator random) {
    byte[] real = wish.real().bytes(Reveal.COMPARE);
    // A database's URL keeps all but the password: when that shows another secret, it is no choice.
    for (Shape shape : List.of(Shapes.guess(real, wish.shape()), Shapes.generic(real))) {
      for (int i = 0; i < ATTEMPTS; i++) {
        Candidate candidate = shape.draw(real, random);
        if (isGood(candidate, reals, minted)) {
          return candidate;
        }
      }
    }
    throw PaleException.of(
        732,
        "no placeholder for " + wish.name() + " can be told apart from the real values",
        "another secret of the session is too short or too common",
        "leave that secret out of the gateway");
  }

  static boolean isGood(Candidate candidate, List<byte[]> reals, List<byte[]> minted) {
    byte[] text = candidate.text();
    if (!isPlaceholder(candidate.asString())
        || hasWord(candidate)
        || ForeignChecksums.isValid(text)) {
      return false;
    }
    for (byte[] each : minted) {
      if (contains(each, text) || contains(text, each)) {
        return false;
      }
    }
    for (byte[] each : reals) {
      boolean within = contains(each, text) || (each.length >= 6 && contains(text, each));
      if (within || shares(candidate, each)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the random parts hold such a word, in any letter case. */
  private static boolean hasWord(Candidate candidate) {
    StringBuilder random = new StringBuilder();
    for (int i = 0; i < candidate.text().length; i++) {
      random.append(candidate.literal()[i] ? ' ' : (char) candidate.text()[i]);
    }
    String lower = random.toString().toLowerCase(Locale.ROOT);
    for (String word : WORDS) {
      if (lower.contains(word)) {
        return true;
      }
    }
    return false;
  }

  private static boolean contains(byte[] whole, byte[] part) {
    for (int i = 0; i + part.length <= whole.length; i++) {
      if (same(whole, i, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }

  private static boolean shares(Candidate candidate, byte[] real) {
    int random = 0;
    for (int i = 0; i < candidate.text().length; i++) {
      random = candidate.literal()[i] ? 0 : random + 1;
      if (random >= SHARED) {
        for (int j = 0; j + SHARED <= real.length; j++) {
          if (same(candidate.text(), i + 1 - SHARED, real, j, SHARED)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean same(byte[] a, int i, byte[] b, int j, int length) {
    for (int k = 0; k < length; k++) {
      if (a[i + k] != b[j + k]) {
        return false;
      }
    }
    return true;
  }

  /**
   * The placeholder of a secret: ASCII text.
   *
   * @throws IllegalArgumentException when none was wished for
   */
  public String of(SecretName name) {
    String text = byName.get(name);
    if (text == null) {
      throw new IllegalArgumentException("no placeholder for " + name);
    }
    return text;
  }

  /** The secrets that have one, in the order of the wishes. */
  public List<SecretName> names() {
    return List.copyOf(byName.keySet());
  }

  /**
   * Whether a whole text is a placeholder that some Pale minted, in this session or another; by
   * chance 1 in 1e9 texts of a placeholder's form at most.
   */
  public static boolean isPlaceholder(CharSequence text) {
    byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length < Recogniser.SHORTEST || bytes.length > 16384) {
      return false;
    }
    for (Shape each : Shapes.all()) {
      if (each.accepts(bytes)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The start of the first token that holds a placeholder of any session, or -1. What stands around
   * it makes no difference as long as no letter or digit follows directly. Linear; looks at about
   * every twentieth byte of ordinary text.
   *
   * @return an index into {@code buf}, or -1
   */
  public static int find(byte[] buf, int off, int len) {
    java.util.Objects.checkFromIndexSize(off, len, buf.length);
    return Recogniser.find(buf, off, len);
  }

  /**
   * Where in a database's URL the password is: first position and position after the last; empty
   * for any other text.
   */
  public static int[] passwordOf(byte[] text) {
    return DatabaseUrl.password(text);
  }

  @Override
  public String toString() {
    return "[" + byName.size() + " placeholders]";
  }
}
