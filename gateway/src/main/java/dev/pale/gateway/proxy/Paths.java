package dev.pale.gateway.proxy;

import dev.pale.gateway.placeholder.Placeholders;
import java.nio.charset.StandardCharsets;

/** A request target as it may be logged. Stateless. */
final class Paths {
  private static final int LONGEST_SEGMENT = 60;
  private static final int LONGEST = 300;

  private Paths() {}

  /** The path without its query, long segments and placeholders left out; ASCII. */
  static String redacted(String target) {
    int query = target.indexOf('?');
    int end = query < 0 ? target.length() : query;
    StringBuilder out = new StringBuilder(Math.min(end, LONGEST) + 2);
    int from = 0;
    while (from < end && out.length() < LONGEST) {
      int slash = target.indexOf('/', from + 1);
      int to = slash < 0 || slash > end ? end : slash;
      if (to - from > LONGEST_SEGMENT || (to - from > 16 && isFake(target, from, to))) {
        out.append("/[...]");
      } else {
        out.append(target, from, to);
      }
      from = to;
    }
    if (query >= 0) {
      out.append("?[...]");
    }
    return out.toString();
  }

  private static boolean isFake(String target, int from, int to) {
    byte[] segment = target.substring(from, to).getBytes(StandardCharsets.ISO_8859_1);
    return Placeholders.find(segment, 0, segment.length) >= 0;
  }
}
