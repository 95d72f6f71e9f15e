package dev.pale.providers.aws;

import dev.pale.crypto.sigv4.SigV4Credentials;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An access key and how long it lives. Prints the key's id only.
 *
 * @param expires empty for one that lasts
 */
record AwsKeys(SigV4Credentials key, Optional<Instant> expires) {
  /**
   * From text.
   *
   * @param source where they come from, for the error
   * @throws PaleException 621 for what is no access key
   */
  static AwsKeys of(
      String id, String secret, @Nullable String token, Optional<Instant> expires, String source) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    try {
      String session = token == null || token.isEmpty() ? null : token;
      return new AwsKeys(new SigV4Credentials(id, bytes, session), expires);
    } catch (IllegalArgumentException e) {
      throw PaleException.of(
          621,
          "what " + source + " gives is no AWS access key",
          "an id of letters and digits, a secret, and perhaps a session token are expected",
          "check it");
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /**
   * From the JSON that containers, instances and credential processes give.
   *
   * @param token the member that holds the session token
   */
  static AwsKeys of(JsonObject json, String token, String source) {
    Optional<String> id = JsonAnswers.text(json, "AccessKeyId");
    Optional<String> secret = JsonAnswers.text(json, "SecretAccessKey");
    if (id.isEmpty() || secret.isEmpty()) {
      throw PaleException.of(
          621,
          source + " gives no AWS access key",
          "AccessKeyId or SecretAccessKey is missing",
          "");
    }
    Optional<Instant> expires =
        JsonAnswers.text(json, "Expiration").map(text -> instant(text, source));
    String session = JsonAnswers.text(json, token).orElse("");
    return of(id.get(), secret.get(), session, expires, source);
  }

  /** A point in time as AWS writes it; error 621 for what is none. */
  static Instant instant(String text, String source) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw PaleException.of(
          621, source + " gives an expiry that is no time", "RFC 3339 is expected", "");
    }
  }
}
