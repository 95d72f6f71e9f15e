package dev.pale.providers.github;

import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.providers.bearer.CredentialFile;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.HttpCall;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.http.Origin;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Requests to GitHub with a token. Thread-safe. */
final class GitHubApi {
  static final String SERVICE = "GitHub";
  private static final int MOST_ANSWER_BYTES = 4 << 20;

  private final ProviderSettings settings;
  private final Surroundings surroundings;
  private final Origin origin;
  private final boolean usual;

  GitHubApi(ProviderSettings settings, Surroundings surroundings, Origin origin) {
    this.settings = settings;
    this.surroundings = surroundings;
    this.origin = origin;
    this.usual = origin.text().equals(GitHubSecrets.ADDRESS);
  }

  Origin origin() {
    return origin;
  }

  HttpAnswer get(String target) {
    return surroundings.http().send(call("GET", target));
  }

  HttpAnswer put(String target, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    try {
      // Putting the same secret twice leaves what putting it once does.
      return surroundings
          .http()
          .send(call("PUT", target).body("application/json", body).repeatable());
    } finally {
      Arrays.fill(body, (byte) 0);
    }
  }

  private HttpCall call(String method, String target) {
    return HttpCall.of(origin, method, (usual ? "" : "/api/v3") + target)
        .header("Authorization", "Bearer " + token())
        .header("Accept", "application/vnd.github+json")
        .header("X-GitHub-Api-Version", "2022-11-28")
        .header("User-Agent", "pale")
        .maxAnswer(MOST_ANSWER_BYTES);
  }

  /** The variables hold a token for github.com, which another server must not get. */
  private String token() {
    Optional<SecretValue> set = settings.credential("token");
    if (set.isPresent()) {
      return new String(set.get().bytes(Reveal.KEY), StandardCharsets.UTF_8);
    }
    for (String name : new String[] {"GITHUB_TOKEN", "GH_TOKEN"}) {
      String value = usual ? surroundings.variables().get(name) : "";
      if (!value.isEmpty()) {
        return value;
      }
    }
    throw CredentialFile.missing(
        "there is no token for GitHub",
        "set the provider's token" + (usual ? ", GITHUB_TOKEN or GH_TOKEN" : ""));
  }

  JsonObject json(HttpAnswer answer) {
    return JsonAnswers.object(answer, SERVICE);
  }

  /** GitHub has no codes for machines, only texts for people, so the status must do. */
  PaleException failed(HttpAnswer answer, String target) {
    int query = target.indexOf('?');
    return JsonAnswers.failed(
        SERVICE + " at " + origin,
        query < 0 ? target : target.substring(0, query),
        answer,
        "",
        "check the name, and that the token may write secrets; GitHub says 404 for what it may not"
            + " see");
  }
}
