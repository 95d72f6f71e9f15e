package dev.pale.providers.onepassword;

import dev.pale.formats.json.Json;
import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonArray;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.providers.http.Http;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.http.Pages;
import dev.pale.providers.rest.Base;
import dev.pale.providers.rest.Refusals;
import dev.pale.providers.rest.Urls;
import dev.pale.secrets.PaleException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The interface of a 1Password Connect server. Follows no link that it gives. Thread-safe. */
final class Connect {
  static final String SERVICE = "1Password Connect";

  private final Http http;
  private final Base base;
  private final String token;

  Connect(Http http, Base base, String token) {
    this.http = http;
    this.base = base;
    this.token = token;
  }

  /** An id with a name. */
  record Named(String id, String name) {}

  String address() {
    return base.text();
  }

  /**
   * All vaults that the token may see. They are few, and matching them here is the only way to take
   * names in any letter case.
   */
  List<Named> vaults() {
    return named("/v1/vaults", Map.of(), "name", "the vaults");
  }

  /** A vault's items of this title; all of them when the title is empty. */
  List<Named> items(String vault, String title) {
    return named(
        "/v1/vaults/" + Urls.encode(vault) + "/items",
        title.isEmpty() ? Map.of() : Map.of("filter", "title eq " + quoted(title)),
        "title",
        "the items of a vault");
  }

  /**
   * A string of the SCIM filter language (RFC 7644, 3.4.2.2, which takes JSON's), so that no title
   * can end it and add a condition.
   */
  static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** An item with its values; empty when it is not there. */
  Optional<Item> item(String vault, String item) {
    String target = "/v1/vaults/" + Urls.encode(vault) + "/items/" + Urls.encode(item);
    try (HttpAnswer answer = get(target)) {
      if (answer.status() == 404) {
        return Optional.empty();
      }
      ok(answer, "an item");
      JsonObject read = JsonAnswers.object(answer, SERVICE);
      if (!Item.text(read, "id").equals(item)
          || !JsonAnswers.text(read, "vault", "id").orElse("").equals(vault)) {
        throw JsonAnswers.notUnderstood(SERVICE, "it is another item");
      }
      return Optional.of(new Item(read));
    }
  }

  /** A file's content; a new array. */
  byte[] file(String vault, String item, String file) {
    String target =
        "/v1/vaults/"
            + Urls.encode(vault)
            + "/items/"
            + Urls.encode(item)
            + "/files/"
            + Urls.encode(file)
            + "/content";
    try (HttpAnswer answer = get(target)) {
      ok(answer, "a file's content");
      return answer.body().clone();
    }
  }

  private List<Named> named(String path, Map<String, String> query, String name, String what) {
    try (HttpAnswer answer = get(Urls.query(path, query))) {
      ok(answer, what);
      Map<String, Named> result = new LinkedHashMap<>();
      List<JsonValue> entries = array(answer);
      Pages.of(what).entries(entries.size());
      for (JsonValue each : entries) {
        JsonObject entry = Item.object(each);
        if (!JsonAnswers.text(entry, "state").orElse("").equals("ARCHIVED")) {
          String id = Item.text(entry, "id");
          result.put(id, new Named(id, Item.text(entry, name)));
        }
      }
      return new ArrayList<>(result.values());
    }
  }

  private static List<JsonValue> array(HttpAnswer answer) {
    try {
      if (Json.parse(answer.body(), "answer") instanceof JsonArray array) {
        return array.items();
      }
    } catch (PaleException e) {
      throw JsonAnswers.notUnderstood(SERVICE, "it is no JSON: " + e.why());
    }
    throw JsonAnswers.notUnderstood(SERVICE, "it is no list");
  }

  private HttpAnswer get(String target) {
    return http.send(base.call("GET", target).header("Authorization", "Bearer " + token));
  }

  private void ok(HttpAnswer answer, String asked) {
    if (!answer.isOk()) {
      throw Refusals.of(
          SERVICE + " at " + base.text(),
          asked,
          answer,
          "",
          "check the Connect token: expired, or of another server?",
          "give the Connect server and its token access to the vault");
    }
  }
}
