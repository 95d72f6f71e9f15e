package dev.pale.gateway.name;

import dev.pale.gateway.refusal.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * A host in its one canonical spelling: a DNS name of lower-case letters, digits and hyphens
 * without a trailing dot, or an IP address as {@code 192.0.2.1} or {@code 2001:db8::1} (without
 * brackets).
 *
 * <p>{@link #parse} is how text becomes one. Equal hosts are equal records.
 *
 * @param text the canonical spelling
 * @param isAddress whether it is an IP address
 */
public record HostName(String text, boolean isAddress) {
  private static final int LONGEST_NAME = 253;
  private static final int LONGEST_LABEL = 63;

  /** Refuses with {@link IllegalArgumentException} what is not canonical already. */
  public HostName {
    if (isAddress ? Addresses.parse(text) == null : problem(text) != null || !isLower(text)) {
      throw new IllegalArgumentException("not a canonical host");
    }
  }

  /**
   * Reads a host as a client sends it: letters, digits and hyphens (RFC 952, RFC 1123), case
   * folded, one trailing dot dropped, labels of 1 to 63 characters, 253 in all; or an IP address in
   * its one canonical form: dotted decimal without leading zeros, or RFC 5952. A name whose last
   * label is a number that is no such address (as {@code 0x7f.1}, {@code 2130706433}) is refused,
   * because half of the world's resolvers read it as an address.
   *
   * @param text without brackets, port, user or zone
   * @throws Refusal 400 {@code bad-host}; its text never repeats what was sent
   */
  public static HostName parse(String text) {
    if (Addresses.parse(text) != null) {
      return new HostName(text, true);
    }
    String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    String problem = problem(name);
    if (problem != null) {
      throw bad(problem);
    }
    return new HostName(lower(name), false);
  }

  /** What is wrong with a name, in words; null when nothing is. */
  private static @Nullable String problem(String name) {
    int length = name.length();
    if (length == 0) {
      return "the host is empty";
    }
    if (length > LONGEST_NAME) {
      return "the host is longer than " + LONGEST_NAME + " characters";
    }
    int labelStart = 0;
    for (int i = 0; i <= length; i++) {
      if (i < length && name.charAt(i) != '.') {
        char c = name.charAt(i);
        if (!isLetterDigitHyphen(c)) {
          return c == ':'
              ? "the host holds a colon and is no IPv6 address in its canonical form"
              : "the host holds a character that is no letter, digit, hyphen or dot";
        }
        continue;
      }
      if (i == labelStart) {
        return "the host has an empty label";
      }
      if (i - labelStart > LONGEST_LABEL) {
        return "the host has a label longer than " + LONGEST_LABEL + " characters";
      }
      if (name.charAt(labelStart) == '-' || name.charAt(i - 1) == '-') {
        return "a label of the host starts or ends with a hyphen";
      }
      if (i == length && isNumber(name, labelStart)) {
        return "the host ends in a number and is no IP address in its canonical form";
      }
      labelStart = i + 1;
    }
    return null;
  }

  /** Decimal digits, or {@code 0x} and hexadecimal digits: what resolvers take for an address. */
  private static boolean isNumber(String name, int from) {
    int length = name.length();
    boolean hex =
        length - from >= 2 && name.charAt(from) == '0' && (name.charAt(from + 1) | 0x20) == 'x';
    for (int i = hex ? from + 2 : from; i < length; i++) {
      if (Character.digit(name.charAt(i), hex ? 16 : 10) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetterDigitHyphen(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  }

  private static boolean isLower(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) >= 'A' && name.charAt(i) <= 'Z') {
        return false;
      }
    }
    return true;
  }

  /** Not {@code String.toLowerCase}, which knows more letters than DNS does. */
  private static String lower(String name) {
    if (isLower(name)) {
      return name;
    }
    char[] folded = new char[name.length()];
    for (int i = 0; i < folded.length; i++) {
      char c = name.charAt(i);
      folded[i] = c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }
    return new String(folded);
  }

  private static Refusal bad(String problem) {
    return Refusal.of(
        400,
        "bad-host",
        problem,
        "send the host as letters, digits, hyphens and dots; a name in another script in its xn-- form");
  }

  @Override
  public String toString() {
    return text;
  }
}
