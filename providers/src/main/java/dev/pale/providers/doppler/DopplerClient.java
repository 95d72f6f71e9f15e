package dev.pale.providers.doppler;

import dev.pale.crypto.Keys;
import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonNull;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.http.Http;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.HttpCall;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.http.Pages;
import dev.pale.providers.rest.Base;
import dev.pale.providers.rest.Refusals;
import dev.pale.providers.rest.Urls;
import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** Doppler's interface, version 3. Thread-safe. */
final class DopplerClient {
  static final String SERVICE = "Doppler";

  private final Http http;
  private final Base base;
  private final String token;

  DopplerClient(Http http, Base base, String token) {
    this.http = http;
    this.base = base;
    this.token = token;
  }

  String address() {
    return base.text();
  }

  /**
   * All values of a config, references between secrets resolved; an empty optional stands for a
   * value that is withheld. Empty when there is no such config.
   */
  Optional<Map<String, Optional<String>>> download(Place place) {
    Map<String, String> query = query(place);
    query.put("format", "json");
    query.put("include_dynamic_secrets", "false");
    try (HttpAnswer answer = get("/v3/configs/config/secrets/download", query)) {
      if (answer.status() == 404) {
        return Optional.empty();
      }
      Map<String, Optional<String>> result = new LinkedHashMap<>();
      ok(answer, "the secrets of " + place.text())
          .members()
          .forEach((name, value) -> result.put(name, withheld(value)));
      return Optional.of(result);
    }
  }

  private static Optional<String> withheld(JsonValue value) {
    return switch (value) {
      case JsonString text -> Optional.of(text.text());
      case JsonNull nothing -> Optional.empty();
      default -> throw JsonAnswers.notUnderstood(SERVICE, "a secret is neither text nor null");
    };
  }

  /** The names of a config's secrets, those withheld too; empty when there is no such config. */
  Optional<Set<String>> names(Place place) {
    Map<String, String> query = query(place);
    query.put("include_dynamic_secrets", "false");
    query.put("include_managed_secrets", "false");
    try (HttpAnswer answer = get("/v3/configs/config/secrets/names", query)) {
      if (answer.status() == 404) {
        return Optional.empty();
      }
      JsonObject read = ok(answer, "the names of " + place.text());
      Set<String> result = new LinkedHashSet<>();
      Pages.of("the secrets of " + place.text()).entries(JsonAnswers.items(read, "names").size());
      for (JsonValue each : JsonAnswers.items(read, "names")) {
        if (!(each instanceof JsonString name)) {
          throw JsonAnswers.notUnderstood(SERVICE, "a name is no text");
        }
        result.add(name.text());
      }
      return Optional.of(result);
    }
  }

  /** What is stored, before references between secrets are resolved. */
  Map<String, Optional<String>> raw(Place place) {
    Map<String, String> query = query(place);
    query.put("include_dynamic_secrets", "false");
    query.put("include_managed_secrets", "false");
    try (HttpAnswer answer = get("/v3/configs/config/secrets", query)) {
      JsonObject secrets =
          JsonAnswers.inside(ok(answer, "the secrets of " + place.text()), "secrets")
              .orElseThrow(() -> JsonAnswers.notUnderstood(SERVICE, "it has no secrets"));
      Map<String, Optional<String>> result = new LinkedHashMap<>();
      secrets
          .members()
          .forEach((name, secret) -> {
            if (!(secret instanceof JsonObject object)) {
              throw JsonAnswers.notUnderstood(SERVICE, "a secret is no object");
            }
            result.put(name, JsonAnswers.text(object, "raw"));
          });
      return result;
    }
  }

  /** Sets all values in one request: all of them or none. */
  void write(Place place, SortedMap<String, String> values) {
    JsonWriter json =
        new JsonWriter()
            .beginObject()
            .member("project", place.project())
            .member("config", place.config())
            .name("secrets")
            .beginObject();
    values.forEach(json::member);
    byte[] body = json.endObject().endObject().toString().getBytes(StandardCharsets.UTF_8);
    HttpCall call =
        call("POST", "/v3/configs/config/secrets").body("application/json", body).repeatable();
    try (HttpAnswer answer = http.send(call)) {
      JsonObject written = ok(answer, "writing to " + place.text());
      Optional<JsonObject> secrets = JsonAnswers.inside(written, "secrets");
      if (secrets.isEmpty() || !secrets.get().members().keySet().containsAll(values.keySet())) {
        throw JsonAnswers.notUnderstood(SERVICE, "it does not name all secrets that were sent");
      }
    } finally {
      Keys.wipe(body);
    }
  }

  /** Who the token is. */
  JsonObject me() {
    try (HttpAnswer answer = get("/v3/me", Map.of())) {
      return ok(answer, "who the token belongs to");
    }
  }

  private static Map<String, String> query(Place place) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("project", place.project());
    query.put("config", place.config());
    return query;
  }

  private HttpAnswer get(String path, Map<String, String> query) {
    return http.send(call("GET", Urls.query(path, query)));
  }

  private HttpCall call(String method, String target) {
    return base.call(method, target).header("Authorization", "Bearer " + token);
  }

  private JsonObject ok(HttpAnswer answer, String asked) {
    if (answer.isOk()) {
      return JsonAnswers.object(answer, SERVICE);
    }
    throw failed(answer, asked);
  }

  private PaleException failed(HttpAnswer answer, String asked) {
    return Refusals.of(
        SERVICE + " at " + base.text(),
        asked,
        answer,
        "",
        "check the token: revoked, or expired?",
        "give the token access to the config");
  }
}
