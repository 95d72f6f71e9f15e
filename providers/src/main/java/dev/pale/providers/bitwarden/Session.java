package dev.pale.providers.bitwarden;

import dev.pale.crypto.Keys;
import dev.pale.formats.json.Json;
import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.providers.http.Http;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.HttpCall;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.rest.Base;
import dev.pale.providers.rest.Urls;
import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Signed in as one machine account, again when the service's token has run out. Thread-safe. */
final class Session implements AutoCloseable {
  static final String SERVICE = "Bitwarden Secrets Manager";
  private static final Pattern ID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  /** The kind of device that Bitwarden's own library calls itself. */
  private static final String DEVICE_TYPE = "21";

  private static final long MOST_SECONDS = 86_400;

  private final Http http;
  private final Base api;
  private final Base identity;
  private final AccessToken token;
  private final Clock clock;
  private @Nullable SignedIn now;
  private boolean closed;

  Session(Http http, Base api, Base identity, AccessToken token, Clock clock) {
    this.http = http;
    this.api = api;
    this.identity = identity;
    this.token = token;
    this.clock = clock;
  }

  /** What signing in gave. Not printed. */
  static final class SignedIn {
    private final String bearer;
    private final Instant until;
    private final String organization;
    private final byte[] key;

    private SignedIn(String bearer, Instant until, String organization, byte[] key) {
      this.bearer = bearer;
      this.until = until;
      this.organization = organization;
      this.key = key;
    }

    /** The organisation's id. */
    String organization() {
      return organization;
    }

    /** The organisation's key, 64 bytes; belongs to the session. */
    byte[] key() {
      return key;
    }
  }

  static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  String clientId() {
    return token.clientId();
  }

  String address() {
    return api.text();
  }

  /** Signs in when that is needed; error 611 when the service refuses the token. */
  synchronized SignedIn signedIn() {
    if (closed) {
      throw new IllegalStateException("the provider was closed");
    }
    SignedIn known = now;
    if (known != null && clock.instant().isBefore(known.until)) {
      return known;
    }
    SignedIn fresh = signIn();
    now = fresh;
    return fresh;
  }

  /**
   * An answer, with a fresh token when the service no longer takes the old one. Other statuses are
   * the caller's business.
   */
  HttpAnswer send(String method, String target, byte[] body) {
    SignedIn as = signedIn();
    HttpAnswer answer = http.send(call(method, target, body, as));
    if (answer.status() != 401) {
      return answer;
    }
    answer.close();
    synchronized (this) {
      if (as.equals(now)) {
        now = null;
      }
    }
    return http.send(call(method, target, body, signedIn()));
  }

  private HttpCall call(String method, String target, byte[] body, SignedIn as) {
    HttpCall call =
        api.call(method, target)
            .header("Authorization", "Bearer " + as.bearer)
            .header("Device-Type", DEVICE_TYPE);
    return body.length == 0 ? call : call.body("application/json", body).repeatable();
  }

  private SignedIn signIn() {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "client_credentials");
    form.put("scope", "api.secrets");
    form.put("client_id", token.clientId());
    form.put("client_secret", token.clientSecret());
    byte[] body = Urls.form(form).getBytes(StandardCharsets.US_ASCII);
    HttpCall call =
        identity
            .call("POST", "/connect/token")
            .header("Device-Type", DEVICE_TYPE)
            .body("application/x-www-form-urlencoded", body)
            .repeatable();
    try (HttpAnswer answer = http.send(call)) {
      if (!answer.isOk()) {
        throw refused(answer);
      }
      return read(JsonAnswers.object(answer, SERVICE));
    } finally {
      Keys.wipe(body);
    }
  }

  private PaleException refused(HttpAnswer answer) {
    String code = JsonAnswers.machineCode(answer, "error");
    if (answer.status() == 400 && code.equals("invalid_client")) {
      return PaleException.of(
          611,
          SERVICE + " at " + identity.text() + " refuses the access token",
          "status 400 (invalid_client): revoked, expired, or of another region",
          "make a new access token, or set server to the one that it is for");
    }
    return JsonAnswers.failed(
        SERVICE + " at " + identity.text(), "an API token", answer, code, "check the access token");
  }

  private SignedIn read(JsonObject answer) {
    String bearer = required(answer, "access_token");
    long seconds =
        JsonAnswers.at(answer, "expires_in")
            .filter(JsonNumber.class::isInstance)
            .map(number -> seconds((JsonNumber) number))
            .orElseThrow(() -> lacks("expires_in"));
    String payload =
        JsonAnswers.text(answer, "encrypted_payload")
            .or(() -> JsonAnswers.text(answer, "encryptedPayload"))
            .orElseThrow(() -> lacks("encrypted_payload"));
    String organization = organizationOf(bearer);
    byte[] opened = EncString.open(payload, token.key(), "the organisation's key");
    try {
      String key =
          Json.parse(opened, "the organisation's key") instanceof JsonObject object
              ? JsonAnswers.text(object, "encryptionKey").orElse("")
              : "";
      byte[] bytes = Base64.getDecoder().decode(key);
      if (bytes.length != EncString.KEY_BYTES) {
        throw EncString.damaged("the organisation's key", "it is no key of 64 bytes");
      }
      return new SignedIn(bearer, clock.instant().plusSeconds(seconds), organization, bytes);
    } catch (IllegalArgumentException e) {
      throw EncString.damaged("the organisation's key", "it is not base64");
    } finally {
      Keys.wipe(opened);
    }
  }

  /** A little less than the service says, so that no request starts with a dying token. */
  private static long seconds(JsonNumber number) {
    try {
      return Math.clamp(number.asLong() - 30, 0, MOST_SECONDS);
    } catch (NumberFormatException e) {
      throw lacks("expires_in");
    }
  }

  /** The claim is not verified: it comes over the connection that the token itself comes over. */
  private static String organizationOf(String bearer) {
    String[] parts = bearer.split("\\.", -1);
    try {
      if (parts.length == 3
          && Json.parse(Base64.getUrlDecoder().decode(parts[1]), "token")
              instanceof JsonObject claims) {
        String id = JsonAnswers.text(claims, "organization").orElse("");
        if (isId(id)) {
          return id;
        }
      }
    } catch (IllegalArgumentException | PaleException e) {
      // The same refusal as for a token without the claim.
    }
    throw JsonAnswers.notUnderstood(SERVICE, "its token names no organisation");
  }

  private static String required(JsonObject object, String name) {
    return JsonAnswers.text(object, name).orElseThrow(() -> lacks(name));
  }

  private static PaleException lacks(String name) {
    return JsonAnswers.notUnderstood(SERVICE, "it has no " + name);
  }

  @Override
  public synchronized void close() {
    closed = true;
    SignedIn known = now;
    if (known != null) {
      Keys.wipe(known.key);
      now = null;
    }
    token.close();
  }
}
