package dev.pale.providers.bearer;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Text for URLs and forms. */
public final class Urls {
  private Urls() {}

  /** Percent-encoded for a segment of a path or a value of a query (RFC 3986). */
  public static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  /** A body of the type {@code application/x-www-form-urlencoded}; the caller wipes it. */
  public static byte[] form(Map<String, String> fields) {
    StringBuilder form = new StringBuilder();
    fields.forEach((name, value) ->
        form.append(form.isEmpty() ? "" : "&")
            .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
            .append('=')
            .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return form.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
