package dev.pale.providers.local;

import dev.pale.formats.dotenv.Dialect;
import dev.pale.formats.dotenv.Dotenv;
import dev.pale.formats.dotenv.DotenvEntry;
import dev.pale.formats.dotenv.DotenvFile;
import dev.pale.formats.json.Json;
import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonBoolean;
import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.spi.Outcome;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;

/** One value of a decrypted file: JSON where it begins with a brace, else {@code .env}. */
final class Inside {
  private Inside() {}

  static Outcome value(byte[] plain, String key, String label) {
    int at = 0;
    while (at < plain.length && plain[at] <= ' ' && plain[at] >= 0) {
      at++;
    }
    return at < plain.length && plain[at] == '{'
        ? ofJson(plain, key, label)
        : ofDotenv(plain, key, label);
  }

  private static Outcome ofJson(byte[] plain, String key, String label) {
    JsonValue whole;
    try {
      whole = Json.parse(plain, "the decrypted file");
    } catch (PaleException e) {
      throw Places.unreadable("what is inside is no JSON: " + e.why());
    }
    if (!(whole instanceof JsonObject object) || !object.members().containsKey(key)) {
      return new Outcome.Missing("what is inside has no such name");
    }
    JsonValue value = object.members().get(key);
    String text =
        switch (value) {
          case JsonString string -> string.text();
          case JsonNumber number -> number.literal();
          case JsonBoolean truth -> Boolean.toString(truth.value());
          default -> new JsonWriter().value(value).toString();
        };
    return new Outcome.Found(SecretValue.owning(label, text.getBytes(StandardCharsets.UTF_8)));
  }

  private static Outcome ofDotenv(byte[] plain, String key, String label) {
    try (DotenvFile file = Dotenv.parse(plain, Dialect.PALE)) {
      if (file.hasErrors()) {
        throw Places.unreadable("what is inside is neither JSON nor a .env file");
      }
      Outcome outcome = new Outcome.Missing("what is inside has no such name");
      for (DotenvEntry each : file.entries()) {
        if (each.name().text().equals(key)) {
          outcome = new Outcome.Found(SecretValue.copyOf(label, each.value().bytes(Reveal.EXPORT)));
        }
      }
      return outcome;
    }
  }
}
