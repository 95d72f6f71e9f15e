package dev.pale.providers.aws;

import dev.pale.formats.json.Json;
import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonNull;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.spi.Outcome;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** What a store has under one name: bytes, or the reason why there are none. */
sealed interface Got {
  /** The value, as bytes of its own. */
  final class Value implements Got {
    private final byte[] bytes;

    Value(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  /** No value: {@link Outcome.Missing} or {@link Outcome.Failed}. */
  record None(Outcome outcome) implements Got {}

  static Got text(String text) {
    return new Value(text.getBytes(StandardCharsets.UTF_8));
  }

  static Got missing(String why) {
    return new None(new Outcome.Missing(why));
  }

  static Got failed(PaleException failure) {
    return new None(new Outcome.Failed(failure));
  }

  default void wipe() {
    if (this instanceof Value value) {
      Arrays.fill(value.bytes, (byte) 0);
    }
  }

  /**
   * What a reference stands for: the value, or one member of it when the reference has a fragment.
   */
  default Outcome outcome(Reference reference) {
    return switch (this) {
      case None none -> none.outcome;
      case Value value ->
          reference.fragment().isEmpty()
              ? new Outcome.Found(SecretValue.copyOf(reference.text(), value.bytes))
              : member(value, reference);
    };
  }

  private static Outcome member(Value value, Reference reference) {
    Optional<JsonObject> object = object(value.bytes);
    if (object.isEmpty()) {
      return new Outcome.Failed(
          PaleException.of(
              613,
              "the value has no members",
              "the reference ends in #" + reference.fragment() + ", but it is no JSON object",
              "leave out # and what follows"));
    }
    JsonValue found = object.get().members().get(reference.fragment());
    if (found == null || found instanceof JsonNull) {
      return new Outcome.Missing("its JSON has no member " + reference.fragment());
    }
    String text =
        found instanceof JsonString string
            ? string.text()
            : new JsonWriter().value(found).toString();
    return new Outcome.Found(
        SecretValue.owning(reference.text(), text.getBytes(StandardCharsets.UTF_8)));
  }

  /** A value as a JSON object; empty for what is none. */
  static Optional<JsonObject> object(byte[] bytes) {
    try {
      return Json.parse(bytes, "value") instanceof JsonObject object
          ? Optional.of(object)
          : Optional.empty();
    } catch (PaleException notJson) {
      return Optional.empty();
    }
  }
}
