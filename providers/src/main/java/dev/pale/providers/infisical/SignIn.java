package dev.pale.providers.infisical;

import dev.pale.crypto.Keys;
import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.http.Http;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.rest.Base;
import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;

/** Where the token for requests comes from. Thread-safe. */
sealed interface SignIn {
  /** A token for the next request. */
  String token();

  /** Says that the service did not take a token; whether there can be another. */
  boolean renew(String refused);

  /** As whom, without anything secret. */
  String who();

  /** A token that the user has. */
  final class Given implements SignIn {
    private final String token;

    Given(String token) {
      this.token = token;
    }

    @Override
    public String token() {
      return token;
    }

    @Override
    public boolean renew(String refused) {
      return false;
    }

    @Override
    public String who() {
      return "an access token";
    }
  }

  /** Universal auth: a machine identity's client id and secret become a token that runs out. */
  final class Universal implements SignIn {
    private static final long MOST_SECONDS = 86_400;

    private final Http http;
    private final Base base;
    private final String clientId;
    private final String clientSecret;
    private final Clock clock;
    private String token = "";
    private Instant until = Instant.MIN;

    Universal(Http http, Base base, String clientId, String clientSecret, Clock clock) {
      this.http = http;
      this.base = base;
      this.clientId = clientId;
      this.clientSecret = clientSecret;
      this.clock = clock;
    }

    @Override
    public synchronized String token() {
      if (!clock.instant().isBefore(until)) {
        signIn();
      }
      return token;
    }

    @Override
    public synchronized boolean renew(String refused) {
      // Of several requests that were refused at once only the first signs in again.
      if (refused.equals(token)) {
        until = Instant.MIN;
      }
      return true;
    }

    @Override
    public String who() {
      return "machine identity with client id " + clientId;
    }

    private void signIn() {
      byte[] body =
          new JsonWriter()
              .beginObject()
              .member("clientId", clientId)
              .member("clientSecret", clientSecret)
              .endObject()
              .toString()
              .getBytes(StandardCharsets.UTF_8);
      try (HttpAnswer answer =
          http.send(
              base.call("POST", "/api/v1/auth/universal-auth/login")
                  .body("application/json", body)
                  .repeatable())) {
        if (!answer.isOk()) {
          throw refused(answer);
        }
        JsonObject read = JsonAnswers.object(answer, InfisicalClient.SERVICE);
        if (!JsonAnswers.text(read, "tokenType").orElse("Bearer").equals("Bearer")) {
          throw JsonAnswers.notUnderstood(InfisicalClient.SERVICE, "its token is no bearer token");
        }
        token =
            JsonAnswers.text(read, "accessToken")
                .filter(text -> !text.isEmpty())
                .orElseThrow(() ->
                    JsonAnswers.notUnderstood(InfisicalClient.SERVICE, "it has no accessToken"));
        until = clock.instant().plusSeconds(seconds(read));
      } finally {
        Keys.wipe(body);
      }
    }

    private PaleException refused(HttpAnswer answer) {
      int status = answer.status();
      String service = InfisicalClient.SERVICE + " at " + base.text();
      if (status == 400 || status == 401 || status == 403 || status == 404) {
        return PaleException.of(
            611,
            service + " refuses the machine identity",
            "status " + status + " at universal auth",
            "check client id, client secret and host; is this machine's address allowed?");
      }
      return JsonAnswers.failed(service, "a token by universal auth", answer, "", "");
    }

    private static long seconds(JsonObject answer) {
      try {
        return JsonAnswers.at(answer, "expiresIn")
            .filter(JsonNumber.class::isInstance)
            .map(number -> Math.clamp(((JsonNumber) number).asLong() - 30, 0, MOST_SECONDS))
            .orElse(0L);
      } catch (NumberFormatException e) {
        return 0;
      }
    }
  }
}
