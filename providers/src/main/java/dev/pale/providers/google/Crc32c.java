package dev.pale.providers.google;

import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.providers.http.JsonAnswers;
import java.util.zip.CRC32C;

/** The checksum that goes with values, as Google writes an int64: text, at times a number. */
final class Crc32c {
  private Crc32c() {}

  static long of(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return sum.getValue();
  }

  /** Whether the member is there and is the sum of the bytes. */
  static boolean matches(byte[] bytes, JsonObject object, String... path) {
    String expected = Long.toString(of(bytes));
    return JsonAnswers.at(object, path)
        .map(value ->
            switch (value) {
              case JsonString text -> text.text();
              case JsonNumber number -> number.literal();
              default -> "";
            })
        .filter(expected::equals)
        .isPresent();
  }
}
