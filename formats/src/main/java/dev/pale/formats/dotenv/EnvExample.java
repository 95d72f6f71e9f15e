package dev.pale.formats.dotenv;

import dev.pale.secrets.Reveal;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringTokenizer;

/**
 * What {@code init} leaves in the repository instead of a {@code .env} file.
 *
 * <p>Thread-safe: no state.
 */
public final class EnvExample {
  /** A longer run of letters and digits, or one with a digit in it from 8 on, may be a key. */
  private static final int LONGEST_WORD = 20;

  private static final int LONGEST_MIXED_WORD = 8;

  /** Shorter words of values ({@code the}, {@code 1}) would drop every comment. */
  private static final int SHORTEST_KNOWN_WORD = 4;

  private static final String SEPARATORS = " \t\r\n.,;:!?()[]{}<>/\\'\"`=&|@#*+~^%$-_";

  private EnvExample() {}

  /**
   * The text of {@code .env.example}: names and harmless comments, never a value.
   *
   * <p>A comment line is kept only when it holds no {@code =}, no quote, no address with a password
   * place ({@code @}), no word longer than {@value #LONGEST_WORD} characters, no word from {@value
   * #LONGEST_MIXED_WORD} characters on that mixes letters with digits, and no word of any of the
   * file's values. In doubt a comment is lost, never a value kept.
   */
  public static String of(DotenvFile file) {
    Set<String> words = new HashSet<>();
    for (DotenvEntry entry : file.entries()) {
      addWords(entry, words);
    }
    StringBuilder out =
        new StringBuilder("# Names only. The values are kept by pale: pale run -- command\n");
    for (DotenvEntry entry : file.entries()) {
      boolean separated = false;
      for (String line : entry.comment().split("\n", -1)) {
        if (isHarmless(line, words)) {
          if (!separated) {
            out.append('\n');
            separated = true;
          }
          out.append("# ").append(line).append('\n');
        }
      }
      out.append(entry.name()).append("=\n");
    }
    return out.toString();
  }

  /** Words of values that are long enough to be recognised inside a comment. */
  private static void addWords(DotenvEntry entry, Set<String> words) {
    String text =
        new String(entry.value().bytes(Reveal.COMPARE), StandardCharsets.UTF_8)
            .toLowerCase(Locale.ROOT);
    StringTokenizer tokens = new StringTokenizer(text, SEPARATORS);
    while (tokens.hasMoreTokens()) {
      String word = tokens.nextToken();
      if (word.length() >= SHORTEST_KNOWN_WORD) {
        words.add(word);
      }
    }
  }

  private static boolean isHarmless(String comment, Set<String> words) {
    if (comment.isBlank() || comment.length() > 200) {
      return false;
    }
    String lower = comment.toLowerCase(Locale.ROOT);
    StringTokenizer tokens = new StringTokenizer(lower, SEPARATORS);
    while (tokens.hasMoreTokens()) {
      if (words.contains(tokens.nextToken())) {
        return false;
      }
    }
    int letters = 0;
    int digits = 0;
    for (int i = 0; i <= comment.length(); i++) {
      char c = i < comment.length() ? comment.charAt(i) : ' ';
      if ("=\"'`@|\\".indexOf(c) >= 0 || Character.isISOControl(c) || c == '\ufffd') {
        return false;
      }
      if (Character.isWhitespace(c)) {
        letters = 0;
        digits = 0;
      } else if (c >= '0' && c <= '9') {
        digits++;
      } else {
        letters++;
      }
      boolean mixed = letters > 0 && digits > 0;
      if (letters + digits > LONGEST_WORD || (mixed && letters + digits >= LONGEST_MIXED_WORD)) {
        return false;
      }
      if (digits >= LONGEST_MIXED_WORD) {
        return false;
      }
    }
    return !lower.contains("password:") && !lower.contains("secret:") && !lower.contains("key:");
  }

  /**
   * A {@code .gitignore} with these lines added where they are missing; what is there stays, with
   * its line ends.
   *
   * @param existing the text now, empty when there is no file
   * @param lines for instance {@code .env} and {@code !.env.example}
   */
  public static String mergeGitignore(String existing, List<String> lines) {
    Set<String> there = new HashSet<>();
    for (String line : existing.split("\n", -1)) {
      there.add(line.stripTrailing());
    }
    String end = existing.contains("\r\n") ? "\r\n" : "\n";
    StringBuilder out = new StringBuilder(existing);
    for (String line : lines) {
      if (there.add(line)) {
        if (!out.isEmpty() && out.charAt(out.length() - 1) != '\n') {
          out.append(end);
        }
        out.append(line).append(end);
      }
    }
    return out.toString();
  }
}
