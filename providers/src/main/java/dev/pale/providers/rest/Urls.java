package dev.pale.providers.rest;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Builds targets of requests. Thread-safe: no state. */
public final class Urls {
  private static final String HEX = "0123456789ABCDEF";

  private Urls() {}

  /**
   * One part of a path or query: all but the unreserved characters of RFC 3986, 2.3, become {@code
   * %XX}, so that no part can start another segment or parameter.
   */
  public static String encode(String part) {
    StringBuilder out = new StringBuilder(part.length() + 16);
    for (byte b : part.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean other = (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
      if (letter || other) {
        out.append(c);
      } else {
        out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
      }
    }
    return out.toString();
  }

  /** A path with a query of encoded parameters, in the map's order. */
  public static String query(String path, Map<String, String> parameters) {
    return parameters.isEmpty() ? path : path + "?" + form(parameters);
  }

  /** Encoded parameters alone, as a form's body wants them. */
  public static String form(Map<String, String> parameters) {
    StringBuilder out = new StringBuilder();
    for (Map.Entry<String, String> each : parameters.entrySet()) {
      out.append(out.isEmpty() ? "" : "&")
          .append(encode(each.getKey()))
          .append('=')
          .append(encode(each.getValue()));
    }
    return out.toString();
  }
}
