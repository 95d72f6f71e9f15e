package dev.pale.providers.bearer;

import dev.pale.formats.json.Json;
import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonBoolean;
import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Writer.Present;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values on their way in and out. */
public final class Values {
  private Values() {}

  /**
   * A value, or one member of it when the reference names one with {@code #key}.
   *
   * @param whole what is there; a value that is not handed on is wiped
   */
  public static Outcome member(Reference reference, Outcome whole) {
    if (reference.fragment().isEmpty() || !(whole instanceof Outcome.Found(SecretValue value))) {
      return whole;
    }
    try (value) {
      return member(reference, value.bytes(Reveal.EXPORT));
    }
  }

  private static Outcome member(Reference reference, byte[] value) {
    JsonValue json;
    try {
      json = Json.parse(value, "value");
    } catch (PaleException e) {
      return new Outcome.Failed(damaged("the value is no JSON, so it has no members"));
    }
    JsonValue member =
        json instanceof JsonObject object ? object.members().get(reference.fragment()) : null;
    String text =
        switch (member) {
          case JsonString string -> string.text();
          case JsonNumber number -> number.literal();
          case JsonBoolean truth -> String.valueOf(truth.value());
          case null, default -> null;
        };
    if (text != null) {
      return new Outcome.Found(
          SecretValue.owning(reference.text(), text.getBytes(StandardCharsets.UTF_8)));
    }
    return member == null
        ? new Outcome.Missing("the value has no member of this name")
        : new Outcome.Failed(damaged("the member is no text, number or truth value"));
  }

  /**
   * What a store has, beside what would be written.
   *
   * @param there wiped
   */
  public static Present present(Outcome there, @Nullable SecretValue wanted) {
    return switch (there) {
      case Outcome.Missing missing -> Present.ABSENT;
      case Outcome.Failed failed -> Present.UNKNOWN;
      case Outcome.Found(SecretValue value) -> {
        try (value) {
          yield value.equals(wanted) ? Present.SAME : Present.DIFFERENT;
        }
      }
    };
  }

  /** Base64 in its one spelling, with padding; empty for anything else. */
  public static Optional<byte[]> base64(String text) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      return Base64.getEncoder().encodeToString(bytes).equals(text)
          ? Optional.of(bytes)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Text in UTF-8; empty for bytes that are none. */
  public static Optional<String> text(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** Error 631 for a value that did not come as it should. */
  public static PaleException damaged(String why) {
    return PaleException.of(631, "the value is damaged or of another form", why, "");
  }

  /** Error 613 for a reference that this kind of store does not have. */
  public static PaleException malformed(String kind, String why, List<String> examples) {
    return PaleException.of(
        613, "not a reference of " + kind, why, "write it as " + String.join(" or ", examples));
  }

  /** The bytes that leave for a store. */
  public static byte[] outgoing(SecretValue value) {
    return value.bytes(Reveal.EXPORT);
  }

  /** Error 612: some were written before the failure. */
  public static PaleException partly(List<SecretName> written, SecretName at, PaleException cause) {
    return PaleException.of(
        612,
        "writing stopped at " + at,
        (written.isEmpty() ? "nothing was written before" : "written before: " + join(written))
            + "; "
            + cause.what()
            + (cause.why().isEmpty() ? "" : ": " + cause.why())
            + " ["
            + cause.codeText()
            + "]",
        cause.mend());
  }

  private static String join(List<SecretName> names) {
    return String.join(", ", names.stream().map(SecretName::text).toList());
  }
}
