package dev.pale.secrets;

import java.util.Optional;

/**
 * The address of a value in a store, safe to commit: {@code scheme://path[?query][#fragment]}, for
 * instance {@code op://Team/Stripe/api-key}.
 *
 * <p>The scheme names a provider: one that the user added, or a kind that needs no set-up. What
 * path, query and fragment mean is the provider's business; nothing is decoded or normalised here.
 *
 * @param scheme lower case: {@code [a-z][a-z0-9+.-]*}, at most 64 characters
 * @param path not empty, without {@code ?} and {@code #}
 * @param query what follows {@code ?}; empty for none
 * @param fragment what follows {@code #}; empty for none
 */
public record Reference(String scheme, String path, String query, String fragment)
    implements Comparable<Reference> {
  /** The longest reference, in characters. */
  public static final int MAX_LENGTH = 2048;

  /**
   * Reads a reference.
   *
   * @throws PaleException 650 for what is none; usage error
   */
  public static Reference parse(String text) {
    return tryParse(text)
        .orElseThrow(() ->
            PaleException.usage(
                650,
                "not a reference",
                "a reference is scheme://path, without control characters, at most "
                    + MAX_LENGTH
                    + " long",
                "for instance op://vault/item/field or pale://project/env/NAME"));
  }

  /** Reads a reference; empty for what is none. */
  public static Optional<Reference> tryParse(String text) {
    int colon = text.indexOf("://");
    if (colon <= 0 || colon > 64 || text.length() > MAX_LENGTH || !isScheme(text, colon)) {
      return Optional.empty();
    }
    for (int i = colon; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == 0x7f || (Character.isSurrogate(c) && !isPaired(text, i))) {
        return Optional.empty();
      }
    }
    String rest = text.substring(colon + 3);
    String fragment = "";
    int hash = rest.indexOf('#');
    if (hash >= 0) {
      fragment = rest.substring(hash + 1);
      rest = rest.substring(0, hash);
    }
    String query = "";
    int mark = rest.indexOf('?');
    if (mark >= 0) {
      query = rest.substring(mark + 1);
      rest = rest.substring(0, mark);
    }
    if (rest.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Reference(text.substring(0, colon), rest, query, fragment));
  }

  private static boolean isScheme(String text, int end) {
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      boolean letter = c >= 'a' && c <= 'z';
      boolean other = (c >= '0' && c <= '9') || c == '+' || c == '.' || c == '-';
      if (!letter && !(i > 0 && other)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPaired(String text, int i) {
    char c = text.charAt(i);
    return Character.isHighSurrogate(c)
        ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }

  /** The value of a parameter of the query, as it is written; empty when it is not there. */
  public Optional<String> parameter(String name) {
    for (String part : query.split("&", -1)) {
      int equals = part.indexOf('=');
      if (equals == name.length() && part.startsWith(name)) {
        return Optional.of(part.substring(equals + 1));
      }
    }
    return Optional.empty();
  }

  /** The reference as it is written. */
  public String text() {
    return scheme
        + "://"
        + path
        + (query.isEmpty() ? "" : "?" + query)
        + (fragment.isEmpty() ? "" : "#" + fragment);
  }

  @Override
  public int compareTo(Reference other) {
    return text().compareTo(other.text());
  }

  @Override
  public String toString() {
    return text();
  }
}
