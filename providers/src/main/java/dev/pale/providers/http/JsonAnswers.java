package dev.pale.providers.http;

import dev.pale.formats.json.Json;
import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonArray;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.secrets.PaleException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads answers in JSON. Nothing of an answer gets into an error but its status and a {@linkplain
 * #machineCode code for machines}.
 */
public final class JsonAnswers {
  private static final Pattern CODE = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

  private JsonAnswers() {}

  /**
   * The answer as an object.
   *
   * @param service whose answer it is, for the error: {@code Vault}
   * @throws PaleException 607 for what is no JSON, and for JSON that is no object
   */
  public static JsonObject object(HttpAnswer answer, String service) {
    JsonValue value;
    try {
      value = Json.parse(answer.body(), "answer");
    } catch (PaleException e) {
      throw notUnderstood(service, "it is no JSON: " + e.why());
    }
    if (value instanceof JsonObject object) {
      return object;
    }
    throw notUnderstood(service, "it is no JSON object");
  }

  /** The error for an answer that lacks what it should have. */
  public static PaleException notUnderstood(String service, String why) {
    return PaleException.of(
        607,
        "the answer of " + service + " is not understood",
        why,
        "check the provider's address: does another service answer there?");
  }

  /** A member, some objects down; empty when it is not there. */
  public static Optional<JsonValue> at(JsonObject object, String... path) {
    JsonValue here = object;
    for (String name : path) {
      if (!(here instanceof JsonObject inside) || inside.members().get(name) == null) {
        return Optional.empty();
      }
      here = inside.members().get(name);
    }
    return Optional.of(here);
  }

  /** A text, some objects down; empty when there is none. */
  public static Optional<String> text(JsonObject object, String... path) {
    return at(object, path)
        .filter(JsonString.class::isInstance)
        .map(value -> ((JsonString) value).text());
  }

  /** An object, some objects down; empty when there is none. */
  public static Optional<JsonObject> inside(JsonObject object, String... path) {
    return at(object, path).filter(JsonObject.class::isInstance).map(JsonObject.class::cast);
  }

  /** The items of an array, some objects down; none when it is not there. */
  public static List<JsonValue> items(JsonObject object, String... path) {
    return at(object, path)
        .filter(JsonArray.class::isInstance)
        .map(value -> ((JsonArray) value).items())
        .orElse(List.of());
  }

  /**
   * A code of an error, where the service keeps it, when it can be nothing but a code; else empty.
   * Texts for people are never shown: they may quote what was asked and who asked.
   */
  public static String machineCode(HttpAnswer answer, String... path) {
    try {
      return Json.parse(answer.body(), "answer") instanceof JsonObject object
          ? text(object, path).map(JsonAnswers::codeOf).orElse("")
          : "";
    } catch (PaleException e) {
      return "";
    }
  }

  /** A text when it can be nothing but a code, else empty. */
  public static String codeOf(String text) {
    return CODE.matcher(text).matches() ? text : "";
  }

  /**
   * The error for a status that is not 2xx: 611 for 401 and 403, 614 for others.
   *
   * @param service whose answer it is: {@code Vault at https://vault.example.com}
   * @param asked what was asked for, without credentials
   * @param code what {@link #machineCode} found; may be empty
   */
  public static PaleException failed(
      String service, String asked, HttpAnswer answer, String code, String mend) {
    int status = answer.status();
    String why =
        "status " + status + (code.isEmpty() ? "" : " (" + code + ")") + ", asked for " + asked;
    if (status == 401 || status == 403) {
      return PaleException.of(611, service + " refuses the credentials or the right", why, mend);
    }
    return PaleException.of(614, service + " answers with an error", why, mend);
  }
}
