package dev.pale.providers.onepassword;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What a failure of 1Password's program is about, told from its words and status. The words
 * themselves are never shown: they may hold names, addresses and values.
 *
 * @param kind what it is about
 * @param count of items, vaults or fields that match, 0 when that is unknown
 */
record OpError(Kind kind, int count) {
  /** What a failure is about. */
  enum Kind {
    /** Nobody is signed in, the prompt was dismissed, or the token is not taken. */
    SIGNED_OUT,
    /** Too many requests. */
    LIMITED,
    /** No connection. */
    OFFLINE,
    /** There is no such vault, item, section, field or file. */
    MISSING,
    /** Several match. */
    AMBIGUOUS,
    /** Anything else. */
    OTHER
  }

  private static final String[] SIGNED_OUT = {
    "not currently signed in",
    "is not signed in",
    "no active session",
    "session expired",
    "prompt dismissed",
    "authorization denied",
    "authorization timeout",
    "no accounts configured",
    "connecting to desktop app",
    "cannot connect to 1password app",
    "(401)",
    "401:",
    "unauthorized",
    "invalid token",
    "invalid service account token",
    "service account token",
    "authentication required"
  };
  private static final String[] LIMITED = {"rate limit", "too many requests", "(429)", "429:"};
  private static final String[] OFFLINE = {
    "no such host", "connection refused", "network is unreachable", "i/o timeout", "tls handshake"
  };
  private static final String[] AMBIGUOUS = {
    "more than one item matches",
    "more than one vault matches",
    "more than one field matches",
    "more than one section matches",
    "more than one match",
    "multiple items",
    "multiple fields",
    "multiple matches"
  };
  private static final String[] MISSING = {
    "isn't an item",
    "isn't a vault",
    "isn't a field",
    "isn't a section",
    "isn't a file",
    "does not have a field",
    "could not find",
    "no item matched",
    "no vault matched",
    "no matching",
    "item not found",
    "vault not found"
  };

  /** Reads what the program wrote to its standard error. */
  static OpError of(byte[] errors) {
    String words = new String(errors, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
    if (has(words, AMBIGUOUS)) {
      return new OpError(Kind.AMBIGUOUS, listed(words));
    }
    if (has(words, MISSING)) {
      return new OpError(Kind.MISSING, 0);
    }
    if (has(words, LIMITED)) {
      return new OpError(Kind.LIMITED, 0);
    }
    if (has(words, OFFLINE)) {
      return new OpError(Kind.OFFLINE, 0);
    }
    return new OpError(has(words, SIGNED_OUT) ? Kind.SIGNED_OUT : Kind.OTHER, 0);
  }

  /** Whether others would fail alike, so that asking again one by one would only ask a person. */
  boolean concernsAll() {
    return kind == Kind.SIGNED_OUT || kind == Kind.LIMITED || kind == Kind.OFFLINE;
  }

  private static boolean has(String words, String[] any) {
    for (String each : any) {
      if (words.contains(each)) {
        return true;
      }
    }
    return false;
  }

  /** The candidates are listed one a line, each with a star. */
  private static int listed(String words) {
    int count = 0;
    for (String line : words.split("\n", -1)) {
      if (line.strip().startsWith("* ")) {
        count++;
      }
    }
    return count;
  }
}
