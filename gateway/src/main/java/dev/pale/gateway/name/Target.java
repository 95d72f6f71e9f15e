package dev.pale.gateway.name;

import dev.pale.gateway.refusal.Refusal;

/**
 * An absolute URL taken apart, as far as it decides whom a request is for.
 *
 * @param authority for whom
 * @param tls whether it says https
 * @param rest path and query, byte for byte; {@code /} when there is none
 */
public record Target(Authority authority, boolean tls, String rest) {
  private static final String HTTP = "http://";
  private static final String HTTPS = "https://";

  /**
   * Takes an absolute-form target apart; strict: no userinfo, no other scheme.
   *
   * @throws Refusal 400 for anything else
   */
  public static Target ofAbsolute(String target) {
    boolean tls = target.regionMatches(true, 0, HTTPS, 0, HTTPS.length());
    if (!tls && !target.regionMatches(true, 0, HTTP, 0, HTTP.length())) {
      throw Refusal.of(400, "bad-scheme", "an absolute target starts with http:// or https://", "");
    }
    int from = tls ? HTTPS.length() : HTTP.length();
    int to = from;
    while (to < target.length() && target.charAt(to) != '/' && target.charAt(to) != '?') {
      to++;
    }
    Authority authority = Authority.parse(target.substring(from, to), tls ? 443 : 80);
    String rest = target.substring(to);
    return new Target(
        authority, tls, rest.isEmpty() ? "/" : rest.charAt(0) == '?' ? "/" + rest : rest);
  }
}
