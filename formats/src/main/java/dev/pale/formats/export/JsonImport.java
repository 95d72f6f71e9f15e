package dev.pale.formats.export;

import dev.pale.formats.json.Json;
import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonArray;
import dev.pale.formats.json.JsonValue.JsonBoolean;
import dev.pale.formats.json.JsonValue.JsonNull;
import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads a flat JSON object of strings, as {@link ExportFormat#JSON} writes it. */
public final class JsonImport {
  private JsonImport() {}

  /**
   * The members of the object.
   *
   * @param fileName for errors
   * @throws dev.pale.secrets.PaleException 430 when it is not JSON, 433 when it is not one object
   *     of strings without NUL (numbers, booleans and null are never turned into text silently),
   *     101 for a bad name
   */
  public static SortedMap<SecretName, SecretValue> read(byte[] bytes, String fileName) {
    if (!(Json.parse(bytes, fileName) instanceof JsonObject object)) {
      throw PaleException.of(
          433,
          fileName + " is not one JSON object",
          "an import takes one object whose members are names with strings",
          "write {\"NAME\": \"value\"}");
    }
    SortedMap<SecretName, SecretValue> values = new TreeMap<>();
    for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
      SecretName name = SecretName.of(member.getKey());
      String kind =
          switch (member.getValue()) {
            case JsonString string -> string.text().indexOf('\0') < 0 ? "" : "text with a NUL";
            case JsonNumber number -> "a number";
            case JsonBoolean truth -> "a boolean";
            case JsonNull nothing -> "null";
            case JsonArray array -> "an array";
            case JsonObject inner -> "an object";
          };
      if (!kind.isEmpty()) {
        throw PaleException.of(
            433,
            "the value of " + name + " in " + fileName + " is " + kind,
            "only strings without NUL are imported, so that nothing is turned into text silently",
            "put the value into double quotes as it shall be, or remove it");
      }
      if (member.getValue() instanceof JsonString string) {
        values.put(
            name, SecretValue.owning(name.text(), string.text().getBytes(StandardCharsets.UTF_8)));
      }
    }
    return values;
  }
}
