package dev.pale.providers.fake;

import dev.pale.formats.json.Json;
import dev.pale.formats.json.JsonValue.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What was asked.
 *
 * @param method as sent
 * @param target path and query as sent, not decoded
 * @param headers names in lower case
 * @param body whole
 */
public record FakeRequest(
    String method, String target, Map<String, List<String>> headers, byte[] body) {
  /** The first header of this name; empty when there is none. */
  public String header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of("")).getFirst();
  }

  /** The path as sent. */
  public String path() {
    return target.split("\\?", 2)[0];
  }

  /** The query's parameters, decoded; the last of a name counts. */
  public Map<String, String> query() {
    Map<String, String> all = new LinkedHashMap<>();
    String[] parts = target.split("\\?", 2);
    if (parts.length == 2 && !parts[1].isEmpty()) {
      for (String each : parts[1].split("&")) {
        String[] pair = each.split("=", 2);
        all.put(decoded(pair[0]), pair.length == 2 ? decoded(pair[1]) : "");
      }
    }
    return all;
  }

  /** A form's fields, decoded. */
  public Map<String, String> form() {
    return new FakeRequest(method, "/?" + text(), headers, new byte[0]).query();
  }

  /** The body as text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The body as a JSON object. */
  public JsonObject json() {
    return (JsonObject) Json.parse(body, "request");
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
