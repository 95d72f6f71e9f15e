package dev.pale.gateway.policy;

import dev.pale.gateway.name.Authority;
import dev.pale.gateway.name.HostPattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What was seen while observing. Bounded: whoever asks for a million hosts fills a fixed number of
 * places. Holds no text of a path that looks like more than a word. Thread-safe.
 */
final class Learned {
  /** Destinations that are remembered. */
  static final int MOST_HOSTS = 500;

  private static final int MOST_METHODS = 12;
  private static final int MOST_PATHS = 20;
  private static final int DEPTH = 2;
  private static final int LONGEST_WORD = 20;
  private static final String OTHER = "OTHER";

  private final Map<HostPattern, Host> hosts = new LinkedHashMap<>();
  private boolean full;

  private static final class Host {
    private long requests;
    private final SortedMap<String, Long> methods = new TreeMap<>();
    private final TreeSet<String> paths = new TreeSet<>();
  }

  synchronized void admitted(Authority destination, boolean tls) {
    place(destination, tls);
  }

  synchronized void request(Authority destination, boolean tls, String method, String path) {
    Host host = place(destination, tls);
    host.requests++;
    boolean known = host.methods.containsKey(method) || host.methods.size() < MOST_METHODS;
    boolean kept = known && method.length() <= LONGEST_WORD && Rule.isUpperWord(method);
    host.methods.merge(kept ? method : OTHER, 1L, Long::sum);
    if (host.paths.contains("/**")) {
      return;
    }
    host.paths.add(generalise(path));
    if (host.paths.size() > MOST_PATHS) {
      host.paths.clear();
      host.paths.add("/**");
    }
  }

  /** A place that is not kept, when all are taken. */
  private Host place(Authority destination, boolean tls) {
    HostPattern pattern = HostPattern.of(destination, tls);
    Host host = hosts.get(pattern);
    if (host != null) {
      return host;
    }
    Host added = new Host();
    if (hosts.size() < MOST_HOSTS) {
      hosts.put(pattern, added);
    } else {
      full = true;
    }
    return added;
  }

  /** The first segments, with stars for what is no word, and two stars for what follows. */
  private static String generalise(String path) {
    StringBuilder pattern = new StringBuilder();
    int from = 1;
    for (int i = 0; i < DEPTH && from < path.length(); i++) {
      int slash = path.indexOf('/', from);
      int to = slash < 0 ? path.length() : slash;
      if (to == from) {
        return "/**";
      }
      pattern.append('/').append(isWord(path, from, to) ? path.substring(from, to) : "*");
      from = to + 1;
    }
    if (from < path.length()) {
      pattern.append("/**");
    }
    return pattern.isEmpty() ? "/" : pattern.toString();
  }

  /** Letters, and few of anything else: no identifier, no credential. */
  private static boolean isWord(String path, int from, int to) {
    if (to - from > LONGEST_WORD) {
      return false;
    }
    int digits = 0;
    boolean letters = false;
    for (int i = from; i < to; i++) {
      char c = path.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      letters |= letter;
      if (c >= '0' && c <= '9') {
        digits++;
      } else if (!letter && c != '-' && c != '_' && c != '.') {
        return false;
      }
    }
    return letters && digits <= 2;
  }

  synchronized boolean isFull() {
    return full;
  }

  synchronized List<Observed> observed() {
    List<Observed> observed = new ArrayList<>(hosts.size());
    for (Map.Entry<HostPattern, Host> entry : hosts.entrySet()) {
      Host host = entry.getValue();
      List<PathPattern> paths = new ArrayList<>(host.paths.size());
      for (String path : host.paths) {
        paths.add(PathPattern.parse(path));
      }
      observed.add(new Observed(entry.getKey(), host.requests, host.methods, paths));
    }
    observed.sort((a, b) -> a.host().toString().compareTo(b.host().toString()));
    return observed;
  }
}
