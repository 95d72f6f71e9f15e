package dev.pale.gateway.approve;

import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonArray;
import dev.pale.formats.json.JsonValue.JsonBoolean;
import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.formats.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;

/** One message, read leniently: what is missing or of another type is empty, 0 or false. */
record ControlMessage(JsonObject json) {
  String text(String name) {
    return json.members().get(name) instanceof JsonString string ? string.text() : "";
  }

  boolean truth(String name) {
    return json.members().get(name) instanceof JsonBoolean bool && bool.value();
  }

  long number(String name, long otherwise) {
    if (json.members().get(name) instanceof JsonNumber number) {
      try {
        return number.asLong();
      } catch (NumberFormatException notWhole) {
        return otherwise;
      }
    }
    return otherwise;
  }

  List<JsonValue> array(String name) {
    return json.members().get(name) instanceof JsonArray array ? array.items() : List.of();
  }

  static void write(JsonWriter json, Pending pending) {
    CanonicalRequest request = pending.request();
    json.beginObject()
        .member("id", pending.id())
        .member("waiting", pending.waiting())
        .member("ageSeconds", pending.ageSeconds())
        .member("session", request.session())
        .member("method", request.method())
        .member("authority", request.authority())
        .member("target", request.target())
        .name("secrets")
        .beginArray();
    for (String secret : request.secrets()) {
      json.value(secret);
    }
    json.endArray()
        .member("contentType", request.contentType())
        .member("bodySha256", request.bodySha256())
        .member("fieldsSha256", request.fieldsSha256())
        .member("bodyBytes", request.bodyBytes())
        .member("rule", request.rule())
        .endObject();
  }

  Pending pending() {
    List<String> secrets = new ArrayList<>();
    for (JsonValue secret : array("secrets")) {
      if (secret instanceof JsonString name) {
        secrets.add(name.text());
      }
    }
    CanonicalRequest request =
        new CanonicalRequest(
            text("session"),
            text("method"),
            text("authority"),
            text("target"),
            secrets,
            text("contentType"),
            text("bodySha256"),
            number("bodyBytes", 0),
            text("rule"),
            text("fieldsSha256"));
    return new Pending(
        text("id"),
        request,
        (int) Math.clamp(number("waiting", 0), 0L, Integer.MAX_VALUE),
        number("ageSeconds", 0));
  }
}
