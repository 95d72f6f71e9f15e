package dev.pale.providers.google;

import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.providers.bearer.TokenCache;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.HttpCall;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.http.Origin;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Requests to one service of Google, with a token. Thread-safe. */
final class GoogleApi implements AutoCloseable {
  /** Values of Secret Manager have at most 64 KiB; a page of names is larger. */
  private static final int MOST_ANSWER_BYTES = 4 << 20;

  private final String service;
  private final Origin origin;
  private final GoogleCredentials credentials;
  private final Surroundings surroundings;
  private final TokenCache tokens;

  GoogleApi(
      String service, Origin origin, GoogleCredentials credentials, Surroundings surroundings) {
    this.service = service;
    this.origin = origin;
    this.credentials = credentials;
    this.surroundings = surroundings;
    this.tokens = new TokenCache(surroundings.clock(), credentials::fetch);
  }

  Origin origin() {
    return origin;
  }

  GoogleCredentials credentials() {
    return credentials;
  }

  TokenCache tokens() {
    return tokens;
  }

  /** Any answer but 401, which is an error 611; the caller closes it. */
  HttpAnswer get(String target) {
    return checked(
        tokens.send(token -> surroundings.http().send(authorized("GET", target, token))), target);
  }

  /** As {@link #get}, with a body in JSON, which may hold a value and is wiped. */
  HttpAnswer post(String target, String json, boolean repeatable) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    try {
      return checked(
          tokens.send(token -> {
            HttpCall call = authorized("POST", target, token).body("application/json", body);
            return surroundings.http().send(repeatable ? call.repeatable() : call);
          }),
          target);
    } finally {
      Arrays.fill(body, (byte) 0);
    }
  }

  private HttpCall authorized(String method, String target, String token) {
    return HttpCall.of(origin, method, target)
        .header("Authorization", "Bearer " + token)
        .header("Accept", "application/json")
        .maxAnswer(MOST_ANSWER_BYTES);
  }

  private HttpAnswer checked(HttpAnswer answer, String target) {
    if (answer.status() != 401) {
      return answer;
    }
    try (answer) {
      throw failed(answer, target);
    }
  }

  JsonObject json(HttpAnswer answer) {
    return JsonAnswers.object(answer, service);
  }

  PaleException notUnderstood(String why) {
    return JsonAnswers.notUnderstood(service, why);
  }

  /** Google's own name of what is wrong: {@code NOT_FOUND}, {@code PERMISSION_DENIED}. */
  static String code(HttpAnswer answer) {
    return JsonAnswers.machineCode(answer, "error", "status");
  }

  PaleException failed(HttpAnswer answer, String target) {
    int query = target.indexOf('?');
    return JsonAnswers.failed(
        service + " at " + origin,
        query < 0 ? target : target.substring(0, query),
        answer,
        code(answer),
        "check the roles of the account that Pale uses");
  }

  @Override
  public void close() {
    tokens.clear();
  }
}
