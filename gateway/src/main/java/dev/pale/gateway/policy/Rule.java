package dev.pale.gateway.policy;

import dev.pale.gateway.name.Authority;
import dev.pale.gateway.name.HostPattern;
import dev.pale.secrets.PaleException;
import java.util.List;

/**
 * One rule: what happens to the requests that it matches, and how many and how large they may be.
 *
 * @param name as it is told in refusals and logs: a short word
 * @param action what happens
 * @param hosts which destinations; at least one
 * @param methods which methods, upper case; empty for all
 * @param paths which paths; empty for all
 * @param maxBodyBytes the longest body; -1 for no limit
 * @param requestsPerMinute the most requests in any 60 seconds, up to {@value #MOST_PER_MINUTE}; -1
 *     for no limit
 * @param sessionRequests the most requests in a session; -1 for no limit
 */
public record Rule(
    String name,
    Action action,
    List<HostPattern> hosts,
    List<String> methods,
    List<PathPattern> paths,
    long maxBodyBytes,
    int requestsPerMinute,
    long sessionRequests) {
  /** The largest {@code requestsPerMinute}: each takes eight bytes of memory. */
  public static final int MOST_PER_MINUTE = 60_000;

  /**
   * Checks and copies.
   *
   * @throws PaleException 711 for a rule without hosts, a method that is no upper-case word, or a
   *     limit out of range
   */
  public Rule {
    hosts = List.copyOf(hosts);
    methods = List.copyOf(methods);
    paths = List.copyOf(paths);
    if (hosts.isEmpty()) {
      throw bad(name, "it names no hosts", "add hosts = [..]");
    }
    for (String method : methods) {
      if (!isUpperWord(method)) {
        throw bad(name, "a method is no upper-case word", "write methods as \"GET\", \"POST\"");
      }
    }
    if (maxBodyBytes < -1 || sessionRequests < -1) {
      throw bad(name, "a limit is negative", "leave it out for no limit");
    }
    if (requestsPerMinute < -1 || requestsPerMinute > MOST_PER_MINUTE) {
      throw bad(
          name,
          "requests_per_minute is not between 0 and " + MOST_PER_MINUTE,
          "leave it out for no limit");
    }
  }

  static boolean isUpperWord(String method) {
    for (int i = 0; i < method.length(); i++) {
      char c = method.charAt(i);
      if ((c < 'A' || c > 'Z') && c != '-') {
        return false;
      }
    }
    return !method.isEmpty();
  }

  private static PaleException bad(String name, String why, String mend) {
    return PaleException.of(711, "the rule '" + name + "' cannot be used", why, mend);
  }

  boolean names(Authority destination, boolean tls) {
    for (int i = 0; i < hosts.size(); i++) {
      if (hosts.get(i).matches(destination, tls)) {
        return true;
      }
    }
    return false;
  }

  /**
   * A rule that lets through must be met exactly. One that refuses or asks is met in any case of
   * letters as well: many servers do not tell them apart.
   */
  boolean matches(String method, String reading) {
    boolean anyCase = action != Action.ALLOW;
    return hasMethod(method, anyCase) && hasPath(reading, anyCase);
  }

  private boolean hasMethod(String method, boolean anyCase) {
    if (methods.isEmpty()) {
      return true;
    }
    for (int i = 0; i < methods.size(); i++) {
      String each = methods.get(i);
      if (anyCase ? each.equalsIgnoreCase(method) : each.equals(method)) {
        return true;
      }
    }
    return false;
  }

  private boolean hasPath(String reading, boolean anyCase) {
    if (paths.isEmpty()) {
      return true;
    }
    for (int i = 0; i < paths.size(); i++) {
      if (paths.get(i).matchesReading(reading, anyCase)) {
        return true;
      }
    }
    return false;
  }

  boolean isLimited() {
    return requestsPerMinute >= 0 || sessionRequests >= 0;
  }
}
