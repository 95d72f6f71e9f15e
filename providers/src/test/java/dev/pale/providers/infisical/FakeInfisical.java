package dev.pale.providers.infisical;

import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonArray;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.fake.FakeAnswer;
import dev.pale.providers.fake.FakeRequest;
import dev.pale.providers.fake.FakeServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Infisical with one project, of version 3 or 4, that checks client, token and project. */
final class FakeInfisical implements FakeServer.Handler {
  static final String CLIENT = "11c0ffee-0000-4000-8000-000000000001";
  static final String CLIENT_SECRET = "cs-5fN2kQ9vLw";
  static final String PROJECT = "64f1c0ffee64f1c0ffee64f1";

  record Stored(String folder, String name, String value, String type, boolean hidden) {
    Stored(String folder, String name, String value) {
      this(folder, name, value, "shared", false);
    }
  }

  final List<Stored> stored =
      new CopyOnWriteArrayList<>(
          List.of(
              new Stored("dev/", "DATABASE_URL", "postgres://größe"),
              new Stored("dev/backend/api", "STRIPE", "sk_live\nx"),
              new Stored("dev/", "HIDDEN", "<hidden-by-infisical>", "shared", true)));

  /** Which folders a folder imports, first to last. */
  final Map<String, List<String>> imports = new HashMap<>();

  final AtomicInteger logins = new AtomicInteger();
  volatile String accessToken = "none";
  boolean hasVersion4 = true;
  boolean approval;

  private final String sentinel;

  FakeInfisical(String sentinel) {
    this.sentinel = sentinel;
  }

  @Override
  public FakeAnswer answer(FakeRequest request) {
    if (request.path().equals("/api/v1/auth/universal-auth/login")) {
      JsonObject body = request.json();
      if (!text(body, "clientId").equals(CLIENT)
          || !text(body, "clientSecret").equals(CLIENT_SECRET)) {
        return error(401, "UnauthorizedError");
      }
      accessToken = "eyJ.token-" + logins.incrementAndGet();
      return FakeAnswer.json(
          200,
          new JsonWriter()
              .beginObject()
              .member("accessToken", accessToken)
              .member("expiresIn", 7200)
              .member("accessTokenMaxTTL", 7200)
              .member("tokenType", "Bearer")
              .endObject()
              .toString());
    }
    if (request.path().startsWith("/api/v4/") && !hasVersion4) {
      return FakeAnswer.json(404, "{\"message\":\"Route not found\",\"statusCode\":404}");
    }
    if (!request.header("Authorization").equals("Bearer " + accessToken)) {
      return error(401, "TokenError");
    }
    String prefix = hasVersion4 ? "/api/v4/secrets" : "/api/v3/secrets/raw";
    if (request.method().equals("GET") && request.path().equals(prefix)) {
      return list(request, hasVersion4 ? "projectId" : "workspaceId");
    }
    if (request
        .path()
        .equals(hasVersion4 ? "/api/v4/secrets/batch" : "/api/v3/secrets/batch/raw")) {
      return batch(request);
    }
    return error(404, "NotFound");
  }

  private FakeAnswer list(FakeRequest request, String project) {
    Map<String, String> query = request.query();
    if (!query.containsKey(project)) {
      return error(400, "BadRequest");
    }
    String folder = query.get("environment") + query.get("secretPath");
    boolean known = stored.stream().anyMatch(each -> each.folder().equals(folder));
    if (!query.get(project).equals(PROJECT) || !known) {
      return error(404, "NotFound");
    }
    boolean personal = "true".equals(query.get("includePersonalOverrides")) || !hasVersion4;
    boolean values = query.get("viewSecretValue").equals("true");
    JsonWriter json = new JsonWriter().beginObject().name("secrets");
    secrets(json, folder, personal, values);
    if (query.get("include_imports").equals("true")) {
      json.name("imports").beginArray();
      for (String each : imports.getOrDefault(folder, List.of())) {
        json.beginObject().member("secretPath", each).name("secrets");
        secrets(json, each, false, values);
        json.endObject();
      }
      json.endArray();
    }
    return FakeAnswer.json(200, json.endObject().toString());
  }

  private void secrets(JsonWriter json, String folder, boolean personal, boolean values) {
    json.beginArray();
    for (Stored each : stored) {
      if (each.folder().equals(folder) && (personal || each.type().equals("shared"))) {
        boolean hidden = each.hidden() || !values;
        json.beginObject()
            .member("secretKey", each.name())
            .member("secretValue", hidden ? "<hidden-by-infisical>" : each.value())
            .member("secretValueHidden", hidden)
            .member("type", each.type())
            .endObject();
      }
    }
    json.endArray();
  }

  /** As the real service: creating what is there, and changing what is not, is refused. */
  private FakeAnswer batch(FakeRequest request) {
    JsonObject body = request.json();
    if (!text(body, hasVersion4 ? "projectId" : "workspaceId").equals(PROJECT)) {
      return error(404, "NotFound");
    }
    if (approval) {
      return FakeAnswer.json(200, "{\"approval\":{\"id\":\"x\"}}");
    }
    String folder = text(body, "environment") + text(body, "secretPath");
    List<Stored> fresh = new ArrayList<>();
    for (JsonValue value : ((JsonArray) body.members().get("secrets")).items()) {
      JsonObject secret = (JsonObject) value;
      String name = text(secret, "secretKey");
      boolean there =
          stored.stream()
              .anyMatch(each -> each.folder().equals(folder) && each.name().equals(name));
      if (there == request.method().equals("POST")) {
        return error(there ? 400 : 404, "BadRequest");
      }
      fresh.add(new Stored(folder, name, text(secret, "secretValue")));
    }
    for (Stored each : fresh) {
      stored.removeIf(old -> old.folder().equals(each.folder()) && old.name().equals(each.name()));
      stored.add(each);
    }
    return FakeAnswer.json(200, "{\"secrets\":[]}");
  }

  private static String text(JsonObject object, String name) {
    return ((JsonString) object.members().get(name)).text();
  }

  FakeAnswer error(int status, String name) {
    return FakeAnswer.json(status, "{\"error\":\"" + name + "\",\"message\":\"" + sentinel + "\"}");
  }
}
