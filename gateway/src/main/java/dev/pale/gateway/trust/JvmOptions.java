package dev.pale.gateway.trust;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Texts of options as the JVM reads them from {@code JAVA_TOOL_OPTIONS}: parted by white space,
 * quotes of either kind keep it together.
 *
 * <p>Thread-safe: no state.
 */
final class JvmOptions {
  /** Variables that hold such texts; all but the first win over it, or may. */
  static final List<String> VARIABLES =
      List.of(
          "JAVA_TOOL_OPTIONS",
          "JDK_JAVA_OPTIONS",
          "_JAVA_OPTIONS",
          "JAVA_OPTS",
          "MAVEN_OPTS",
          "GRADLE_OPTS",
          "SBT_OPTS");

  private JvmOptions() {}

  /** The last value that a text gives to a property; null when it gives none. */
  static @Nullable String property(String options, String name) {
    String found = null;
    int at = 0;
    while (at < options.length()) {
      int end = endOfToken(options, at);
      String token = unquoted(options.substring(at, end));
      if (isProperty(token, name)) {
        found = token.substring(Math.min(token.length(), name.length() + 3));
      }
      at = skipSpace(options, end);
    }
    return found;
  }

  /** The text without the options that set one of these properties. */
  static String without(String options, Set<String> names) {
    StringBuilder kept = new StringBuilder();
    int at = skipSpace(options, 0);
    while (at < options.length()) {
      int end = endOfToken(options, at);
      String raw = options.substring(at, end);
      String token = unquoted(raw);
      boolean dropped = false;
      for (String name : names) {
        dropped |= isProperty(token, name);
      }
      if (!dropped) {
        kept.append(kept.isEmpty() ? "" : " ").append(raw);
      }
      at = skipSpace(options, end);
    }
    return kept.toString();
  }

  /** An option, in quotes if it needs them. */
  static String quoted(String option) {
    for (int i = 0; i < option.length(); i++) {
      if (Character.isWhitespace(option.charAt(i)) || option.charAt(i) == '\'') {
        return '"' + option + '"';
      }
    }
    return option;
  }

  private static boolean isProperty(String token, String name) {
    return token.startsWith("-D")
        && token.startsWith(name, 2)
        && (token.length() == name.length() + 2 || token.charAt(name.length() + 2) == '=');
  }

  private static int skipSpace(String text, int from) {
    int at = from;
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static int endOfToken(String text, int from) {
    char quote = 0;
    int at = from;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (Character.isWhitespace(c)) {
        break;
      }
      at++;
    }
    return at;
  }

  private static String unquoted(String token) {
    StringBuilder plain = new StringBuilder(token.length());
    char quote = 0;
    for (int i = 0; i < token.length(); i++) {
      char c = token.charAt(i);
      if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }
}
