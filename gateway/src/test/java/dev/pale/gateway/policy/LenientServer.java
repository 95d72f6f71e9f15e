package dev.pale.gateway.policy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server that does some careless things to a path, in some order, and then serves what is left.
 * Slow, and written without a look at {@link PathReadings}: with regular expressions.
 */
final class LenientServer {
  private static final Pattern OCTET = Pattern.compile("%([0-9A-Fa-f]{2})");

  enum Habit {
    DECODE_AND_SPLIT,
    DECODE_INSIDE_SEGMENTS,
    CUT_PARAMETERS,
    MERGE_SLASHES,
    READ_AS_URL,
    DROP_TRAILING_DOTS,
    CUT_AT_QUERY,
    CLIMB,
    BACKSLASH_IS_SLASH,
    END_AT_NUL
  }

  /** A slash that is a character of a name. */
  private static final String SLASH_IN_NAME = "\u2044";

  private LenientServer() {}

  static String serve(String path, List<Habit> habits) {
    String served = path;
    for (Habit habit : habits) {
      served = apply(habit, served);
    }
    // Whatever it does, it decodes at least once in the end, and climbs.
    return apply(
        Habit.CLIMB,
        habits.stream().anyMatch(LenientServer::decodes)
            ? served
            : apply(Habit.DECODE_AND_SPLIT, served));
  }

  static boolean decodes(Habit habit) {
    return habit == Habit.DECODE_AND_SPLIT || habit == Habit.DECODE_INSIDE_SEGMENTS;
  }

  private static String apply(Habit habit, String path) {
    return switch (habit) {
      case DECODE_AND_SPLIT -> decode(path, "/");
      case DECODE_INSIDE_SEGMENTS -> decode(path, SLASH_IN_NAME);
      case CUT_PARAMETERS -> path.replaceAll(";[^/]*", "");
      case MERGE_SLASHES -> path.replaceAll("/+", "/");
      case READ_AS_URL -> path.replaceFirst("^//[^/]*(?=/)", "").replaceFirst("^//[^/]*$", "/");
      case DROP_TRAILING_DOTS -> path.replaceAll("[. ]+(?=/|$)", "");
      case CUT_AT_QUERY -> path.replaceFirst("(?s)[?#].*", "");
      case CLIMB -> climb(path);
      case BACKSLASH_IS_SLASH -> path.replace('\\', '/');
      case END_AT_NUL -> path.replaceFirst("(?s)\0.*", "");
    };
  }

  private static String decode(String path, String slash) {
    return OCTET
        .matcher(path)
        .replaceAll(match -> {
          char c = (char) Integer.parseInt(match.group(1), 16);
          return Matcher.quoteReplacement(c == '/' ? slash : String.valueOf(c));
        });
  }

  private static String climb(String path) {
    Deque<String> segments = new ArrayDeque<>();
    for (String segment : path.substring(path.startsWith("/") ? 1 : 0).split("/", -1)) {
      if (segment.equals("..")) {
        segments.pollLast();
      } else if (!segment.equals(".")) {
        segments.addLast(segment);
      }
    }
    return "/" + String.join("/", segments);
  }

  /** What a pattern is for, by a regular expression. */
  static boolean matches(String pattern, String served, boolean anyCase) {
    StringBuilder regex = new StringBuilder();
    for (String segment : pattern.substring(1).split("/", -1)) {
      if (segment.equals("**")) {
        regex.append("(/[^/]*)*");
      } else if (segment.equals("*")) {
        regex.append("/[^/]+");
      } else {
        regex.append('/');
        for (String piece : decode(segment, SLASH_IN_NAME).split("(?=\\*)|(?<=\\*)", -1)) {
          regex.append(piece.equals("*") ? "[^/]*" : Pattern.quote(piece));
        }
      }
    }
    return Pattern.compile("(?s)" + regex + "/?", anyCase ? Pattern.CASE_INSENSITIVE : 0)
        .matcher(served)
        .matches();
  }
}
