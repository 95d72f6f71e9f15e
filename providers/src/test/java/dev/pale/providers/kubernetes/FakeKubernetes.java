package dev.pale.providers.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.fake.FakeAnswer;
import dev.pale.providers.fake.FakeRequest;
import dev.pale.providers.fake.FakeServer;
import dev.pale.providers.http.JsonAnswers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The API server of a cluster: secrets, and who one is. Checks the bearer token, if it has one. */
final class FakeKubernetes implements FakeServer.Handler {
  static final String TOKEN = "eyJhbGciOi.cluster.token-V4";

  /** {@code namespace/name}, then key, then base64. */
  final Map<String, Map<String, String>> secrets = new TreeMap<>();

  String token = TOKEN;
  String base = "";
  boolean old;
  boolean endless;
  boolean otherSecret;
  int expireAfter = Integer.MAX_VALUE;
  boolean alreadyThere;
  int pages;

  FakeKubernetes put(String place, String key, String value) {
    secrets
        .computeIfAbsent(place, fresh -> new TreeMap<>())
        .put(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  @Override
  public synchronized FakeAnswer answer(FakeRequest request) {
    if (!token.isEmpty() && !request.header("authorization").equals("Bearer " + token)) {
      return status(401, "Unauthorized");
    }
    assertThat(request.path()).startsWith(base);
    String path = request.path().substring(base.length());
    if (path.equals("/apis/authentication.k8s.io/v1/selfsubjectreviews")) {
      return old
          ? status(404, "NotFound")
          : FakeAnswer.json(
              201, "{\"status\":{\"userInfo\":{\"username\":\"system:serviceaccount:dev:pale\"}}}");
    }
    if (path.equals("/version")) {
      return FakeAnswer.json(200, "{\"gitVersion\":\"v1.27.0\"}");
    }
    if (path.equals("/api/v1/secrets")) {
      return list(request, "");
    }
    String[] parts = path.split("/", -1);
    assertThat(parts).hasSizeBetween(6, 7);
    if (parts[4].equals("closed")) {
      return status(403, "Forbidden");
    }
    if (parts.length == 6) {
      return request.method().equals("POST")
          ? create(request, parts[4])
          : list(request, parts[4] + "/");
    }
    String place = parts[4] + "/" + parts[6];
    if (!secrets.containsKey(place)) {
      return status(404, "NotFound");
    }
    if (request.method().equals("PATCH")) {
      return patch(request, place);
    }
    return FakeAnswer.json(200, secret(new JsonWriter(), place).toString());
  }

  private FakeAnswer patch(FakeRequest request, String place) {
    assertThat(request.header("content-type")).isEqualTo("application/merge-patch+json");
    assertThat(request.json().members().keySet()).containsExactly("data");
    take(request.json(), place);
    return FakeAnswer.json(200, "{}");
  }

  private FakeAnswer create(FakeRequest request, String namespace) {
    JsonObject body = request.json();
    assertThat(JsonAnswers.text(body, "kind")).contains("Secret");
    assertThat(JsonAnswers.text(body, "type")).contains("Opaque");
    assertThat(JsonAnswers.text(body, "metadata", "namespace")).contains(namespace);
    String place = namespace + "/" + JsonAnswers.text(body, "metadata", "name").orElseThrow();
    if (alreadyThere) {
      put(place, "OTHER", "of somebody else");
    }
    if (secrets.containsKey(place)) {
      return status(409, "AlreadyExists");
    }
    take(body, place);
    return FakeAnswer.json(201, "{}");
  }

  private void take(JsonObject body, String place) {
    JsonAnswers.inside(body, "data")
        .orElseThrow()
        .members()
        .forEach((key, value) ->
            secrets
                .computeIfAbsent(place, fresh -> new TreeMap<>())
                .put(key, ((JsonString) value).text()));
  }

  private JsonWriter secret(JsonWriter out, String place) {
    int slash = place.indexOf('/');
    out.beginObject()
        .member("kind", "Secret")
        .name("metadata")
        .beginObject()
        .member("namespace", place.substring(0, slash))
        .member("name", otherSecret ? "another" : place.substring(slash + 1))
        .endObject();
    if (!secrets.get(place).isEmpty()) {
      out.name("data").beginObject();
      secrets.get(place).forEach(out::member);
      out.endObject();
    }
    return out.endObject();
  }

  private FakeAnswer list(FakeRequest request, String prefix) {
    if (++pages > expireAfter && request.query().containsKey("continue")) {
      expireAfter = Integer.MAX_VALUE;
      return status(410, "Expired");
    }
    assertThat(request.query().get("limit")).isEqualTo("50");
    List<String> places = new ArrayList<>();
    secrets.keySet().stream().filter(each -> each.startsWith(prefix)).forEach(places::add);
    int from = Integer.parseInt(request.query().getOrDefault("continue", "0 =").split(" ")[0]);
    JsonWriter out = new JsonWriter().beginObject().name("items").beginArray();
    for (String each :
        places.subList(Math.min(from, places.size()), Math.min(from + 1, places.size()))) {
      secret(out, each);
    }
    out.endArray().name("metadata").beginObject();
    if (endless || from + 1 < places.size()) {
      out.member("continue", from + 1 + " =+/");
    }
    return FakeAnswer.json(200, out.endObject().endObject().toString());
  }

  static FakeAnswer status(int code, String reason) {
    return FakeAnswer.json(
        code,
        "{\"kind\":\"Status\",\"status\":\"Failure\",\"message\":\"for people\",\"reason\":\""
            + reason
            + "\",\"code\":"
            + code
            + "}");
  }
}
