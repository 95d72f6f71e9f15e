package dev.pale.gateway.name;

import dev.pale.gateway.refusal.Refusal;
import dev.pale.secrets.PaleException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which destinations a rule, a secret or a fence is for.
 *
 * <ul>
 *   <li>{@code api.example.com}: that host, port 443, with TLS
 *   <li>{@code api.example.com:8443}: that port, with TLS
 *   <li>{@code *.example.com}: exactly one label more; never {@code example.com} itself
 *   <li>{@code **.example.com}: one or more labels more; never {@code example.com} itself
 *   <li>{@code http://localhost:8080}: without TLS; port 80 when none is given
 *   <li>{@code 192.0.2.1:8443}, {@code [2001:db8::1]}: an address
 * </ul>
 *
 * <p>Matching compares whole labels: {@code evilexample.com} is not below {@code example.com}.
 * Immutable, so thread-safe; equal when the canonical texts are.
 */
public final class HostPattern {
  /** How many labels the wildcard stands for. */
  enum Wildcard {
    NONE,
    ONE_LABEL,
    ANY_DEPTH
  }

  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;

  private final Wildcard wildcard;

  /** The host, or what follows the wildcard and its dot. */
  private final HostName base;

  private final int port;
  private final boolean tls;

  private HostPattern(Wildcard wildcard, HostName base, int port, boolean tls) {
    this.wildcard = wildcard;
    this.base = base;
    this.port = port;
    this.tls = tls;
  }

  /**
   * Reads a pattern as users write it.
   *
   * @throws PaleException 700 when it is none
   */
  public static HostPattern parse(String text) {
    String rest = text;
    boolean tls = true;
    if (startsWithIgnoreCase(rest, "http://")) {
      tls = false;
      rest = rest.substring("http://".length());
    } else if (startsWithIgnoreCase(rest, "https://")) {
      rest = rest.substring("https://".length());
    }
    if (rest.indexOf('/') >= 0) {
      throw bad(
          "a host has no path", "write the host alone, and paths into paths = [..] of a rule");
    }
    Wildcard wildcard = Wildcard.NONE;
    if (rest.startsWith("**.")) {
      wildcard = Wildcard.ANY_DEPTH;
      rest = rest.substring(3);
    } else if (rest.startsWith("*.")) {
      wildcard = Wildcard.ONE_LABEL;
      rest = rest.substring(2);
    }
    if (rest.indexOf('*') >= 0) {
      throw bad(
          "a star stands for whole labels, at the start only",
          "write *.example.com for one label more, **.example.com for one or more");
    }
    Authority authority;
    try {
      authority = Authority.parse(rest, tls ? HTTPS_PORT : HTTP_PORT);
    } catch (Refusal refusal) {
      throw bad(
          refusal.reason(), "write it as api.example.com, api.example.com:8443 or *.example.com");
    }
    if (wildcard != Wildcard.NONE && authority.host().isAddress()) {
      throw bad("an address has no names below it", "write the address without the star");
    }
    return new HostPattern(wildcard, authority.host(), authority.port(), tls);
  }

  /** The pattern for one destination and no other. */
  public static HostPattern of(Authority destination, boolean tls) {
    return new HostPattern(Wildcard.NONE, destination.host(), destination.port(), tls);
  }

  private static boolean startsWithIgnoreCase(String text, String prefix) {
    return text.regionMatches(true, 0, prefix, 0, prefix.length());
  }

  /**
   * Whether a destination is meant.
   *
   * @param destination where the request goes
   * @param withTls whether it goes through TLS
   */
  public boolean matches(Authority destination, boolean withTls) {
    return withTls == tls && matchesName(destination);
  }

  /** As {@link #matches}, with and without TLS: whether an address may be dialled has none. */
  boolean matchesName(Authority destination) {
    if (destination.port() != port) {
      return false;
    }
    String host = destination.host().text();
    String end = base.text();
    if (wildcard == Wildcard.NONE) {
      return host.equals(end);
    }
    int dot = host.length() - end.length() - 1;
    return dot > 0
        && !destination.host().isAddress()
        && host.charAt(dot) == '.'
        && host.endsWith(end)
        && (wildcard == Wildcard.ANY_DEPTH || host.lastIndexOf('.', dot - 1) < 0);
  }

  /** Whether it stands for more than one host. */
  public boolean isWildcard() {
    return wildcard != Wildcard.NONE;
  }

  /** Whether it is for destinations with TLS. */
  public boolean isTls() {
    return tls;
  }

  /** The port. */
  public int port() {
    return port;
  }

  /** The one host that is meant, or of a wildcard what follows {@code *.}: {@code example.com}. */
  public HostName base() {
    return base;
  }

  Wildcard wildcard() {
    return wildcard;
  }

  /**
   * Who else can be reached through this pattern: a sentence when names that it matches are rented
   * out to anybody, or when one host serves many tenants by path. A secret goes to such a pattern
   * only after the user said so explicitly.
   *
   * <p>The list is a data file of this package; what is not in it counts as one owner's.
   */
  public Optional<String> sharedBy() {
    return SharedSuffixes.sharing(this);
  }

  private static PaleException bad(String why, String mend) {
    return PaleException.of(700, "not a pattern of hosts", why, mend);
  }

  /** Whether the same destinations are meant. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HostPattern pattern
        && pattern.wildcard == wildcard
        && pattern.port == port
        && pattern.tls == tls
        && pattern.base.equals(base);
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** The canonical text, which parses to an equal pattern. */
  @Override
  public String toString() {
    String text = base.text();
    if (text.indexOf(':') >= 0) {
      text = "[" + text + "]";
    }
    String star =
        switch (wildcard) {
          case NONE -> "";
          case ONE_LABEL -> "*.";
          case ANY_DEPTH -> "**.";
        };
    return (tls ? "" : "http://")
        + star
        + text
        + (port == (tls ? HTTPS_PORT : HTTP_PORT) ? "" : ":" + port);
  }
}
