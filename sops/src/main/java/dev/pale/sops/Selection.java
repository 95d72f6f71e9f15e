package dev.pale.sops;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.pale.secrets.PaleException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;

/** Decides which values are encrypted. The expressions come from untrusted files: RE2 is linear. */
final class Selection {
  private static final int MAX_PATTERN = 4096;

  /** A bound for the length of a pattern once its counted repetitions are written out. */
  private static final int MAX_EXPANDED = 100_000;

  /** Comments in a row before one value; each is looked at for each that follows. */
  private static final int MAX_STANDING = 10_000;

  private static final int MAX_CACHE = 100_000;
  private static final java.util.regex.Pattern COUNT =
      java.util.regex.Pattern.compile("\\{([0-9]*),?([0-9]*)\\}");

  private final SopsMetadata.SelectorKind kind;
  private final String text;
  private final Pattern pattern;
  private final boolean all;
  private final Map<String, Boolean> seen = new HashMap<>();

  private Selection(SopsMetadata.SelectorKind kind, String text, Pattern pattern, boolean all) {
    this.kind = kind;
    this.text = text;
    this.pattern = pattern;
    this.all = all;
  }

  static Selection of(SopsFormat format, SopsMetadata metadata) {
    SopsMetadata.Selector selector =
        metadata
            .selector()
            .orElse(
                new SopsMetadata.Selector(
                    SopsMetadata.SelectorKind.UNENCRYPTED_SUFFIX,
                    SopsMetadata.DEFAULT_UNENCRYPTED_SUFFIX));
    return switch (selector.kind()) {
      case UNENCRYPTED_SUFFIX, ENCRYPTED_SUFFIX ->
          new Selection(
              selector.kind(), selector.text(), Pattern.compile(""), format == SopsFormat.BINARY);
      default ->
          new Selection(
              selector.kind(), selector.text(), compile(selector), format == SopsFormat.BINARY);
    };
  }

  private static Pattern compile(SopsMetadata.Selector selector) {
    if (selector.text().length() > MAX_PATTERN) {
      throw invalid(selector, "it is longer than " + MAX_PATTERN + " characters");
    }
    if (isTooLarge(selector.text())) {
      throw invalid(selector, "its repetitions are too large");
    }
    try {
      return Pattern.compile(selector.text());
    } catch (PatternSyntaxException e) {
      // sops takes it for one that matches nothing, and leaves values readable.
      throw invalid(selector, "it is not a regular expression of RE2");
    }
  }

  /** Whether the engine would take much memory and time only to read an expression. */
  static boolean isTooLarge(String pattern) {
    return expanded(pattern) > MAX_EXPANDED;
  }

  /** The engine writes x{1000} out, also within another repetition. */
  private static double expanded(String text) {
    double size = text.length();
    Matcher counts = COUNT.matcher(text);
    while (counts.find()) {
      String most = counts.group(2).isEmpty() ? counts.group(1) : counts.group(2);
      if (!most.isEmpty() && most.length() < 10) {
        size *= Math.max(1, Integer.parseInt(most));
      }
    }
    return size;
  }

  private static PaleException invalid(SopsMetadata.Selector selector, String why) {
    return PaleException.of(
        461,
        "the rule that says what is encrypted is not valid",
        selector.kind().field() + ": " + why,
        "mend it in .sops.yaml and encrypt the file anew");
  }

  /**
   * @param path the keys from the top
   * @param comments for each level, the comments that stand before
   * @param isComment whether the value is the last of these comments itself
   */
  boolean encrypted(List<String> path, List<List<String>> comments, boolean isComment) {
    if (all) {
      return true;
    }
    if (!comments.isEmpty() && comments.getLast().size() > MAX_STANDING) {
      throw Problems.tooMuch("too many comments in a row");
    }
    return switch (kind) {
      case UNENCRYPTED_SUFFIX -> path.stream().noneMatch(key -> key.endsWith(text));
      case ENCRYPTED_SUFFIX -> path.stream().anyMatch(key -> key.endsWith(text));
      case UNENCRYPTED_REGEX -> path.stream().noneMatch(this::found);
      case ENCRYPTED_REGEX -> path.stream().anyMatch(this::found);
      case UNENCRYPTED_COMMENT_REGEX ->
          comments.stream().noneMatch(level -> level.stream().anyMatch(this::found));
      case ENCRYPTED_COMMENT_REGEX -> marked(comments, isComment);
    };
  }

  /** The comment that asks for encryption stays readable itself. */
  private boolean marked(List<List<String>> comments, boolean isComment) {
    for (int level = 0; level < comments.size(); level++) {
      List<String> standing = comments.get(level);
      int until = standing.size();
      if (isComment && level == comments.size() - 1) {
        until--;
      }
      for (int i = 0; i < until; i++) {
        if (found(standing.get(i))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether comments decide: they are outside the mac, and read differently once opened. */
  boolean asksComments() {
    return !all
        && (kind == SopsMetadata.SelectorKind.UNENCRYPTED_COMMENT_REGEX
            || kind == SopsMetadata.SelectorKind.ENCRYPTED_COMMENT_REGEX);
  }

  /** Whether an encrypted comment would be taken for the mark that switches encryption off. */
  boolean switchesOff(byte[] sealedComment) {
    return kind == SopsMetadata.SelectorKind.UNENCRYPTED_COMMENT_REGEX
        && !all
        && found(new String(sealedComment, java.nio.charset.StandardCharsets.ISO_8859_1));
  }

  private boolean found(String where) {
    if (seen.size() > MAX_CACHE) {
      seen.clear();
    }
    return seen.computeIfAbsent(where, key -> pattern.matcher(key).find());
  }
}
