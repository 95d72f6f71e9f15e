package dev.pale.providers.aws;

import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Writer.Present;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the writers have in common. */
final class Place {
  private Place() {}

  /** {@code place/NAME}; the place may end in a slash, or be empty. */
  static String join(String place, SecretName name) {
    return place.isEmpty() || place.endsWith("/") ? place + name.text() : place + "/" + name.text();
  }

  static Present compare(@org.jspecify.annotations.Nullable Got got, SecretValue value) {
    return switch (got) {
      case Got.Value there ->
          MessageDigest.isEqual(there.bytes(), value.bytes(Reveal.COMPARE))
              ? Present.SAME
              : Present.DIFFERENT;
      case Got.None(Outcome.Missing missing) -> Present.ABSENT;
      case Got.None none -> Present.UNKNOWN;
      case null -> Present.UNKNOWN;
    };
  }

  /** The bytes as text; empty when they are no UTF-8. */
  static Optional<String> utf8(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** The value as text; error 616 before anything is written when it is none. */
  static String text(SecretName name, SecretValue value) {
    return utf8(value.bytes(Reveal.EXPORT))
        .orElseThrow(() ->
            PaleException.of(
                616,
                "nothing was written: " + name.text() + " is not text",
                "there, values are UTF-8",
                "keep it in base64"));
  }

  /** Error 616 before anything is written for a value that the store does not take. */
  static void checkSize(SecretName name, SecretValue value, int most) {
    int length = value.length();
    if (length == 0 || length > most) {
      throw PaleException.of(
          616,
          "nothing was written: " + name.text() + (length == 0 ? " is empty" : " is too long"),
          "AWS takes 1 to " + most + " bytes there",
          "");
    }
  }

  /** The error for a write that broke off. */
  static PaleException halfWritten(List<SecretName> written, SecretName at, PaleException cause) {
    String done =
        written.isEmpty()
            ? "nothing was written before"
            : "written before: "
                + written.stream().map(SecretName::text).collect(Collectors.joining(", "));
    return PaleException.of(
        612,
        at.text() + " was not written",
        cause.what() + (cause.why().isEmpty() ? "" : ": " + cause.why()) + "; " + done,
        cause.mend());
  }
}
