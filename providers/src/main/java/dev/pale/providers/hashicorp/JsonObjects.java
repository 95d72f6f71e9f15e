package dev.pale.providers.hashicorp;

import dev.pale.formats.json.JsonValue.JsonObject;
import java.util.Map;

/** A constant. */
final class JsonObjects {
  static final JsonObject EMPTY = new JsonObject(Map.of());

  private JsonObjects() {}
}
