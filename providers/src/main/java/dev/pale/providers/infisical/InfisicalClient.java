package dev.pale.providers.infisical;

import dev.pale.crypto.Keys;
import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonArray;
import dev.pale.formats.json.JsonValue.JsonBoolean;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.http.Http;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.HttpCall;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.http.Pages;
import dev.pale.providers.rest.Base;
import dev.pale.providers.rest.Refusals;
import dev.pale.providers.rest.Urls;
import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Infisical's interface for secrets, version 4 where the server has it, else version 3.
 * Thread-safe.
 */
final class InfisicalClient {
  static final String SERVICE = "Infisical";

  /** What the service writes in place of a value that the identity may not see. */
  private static final String HIDDEN = "<hidden-by-infisical>";

  /** Which interface the server has. */
  private enum Version {
    UNKNOWN,
    V4,
    V3
  }

  /** Whether the client takes personal overrides, and whether the server resolves references. */
  record Options(boolean personal, boolean expand) {}

  /** What a folder has under a name. */
  sealed interface Entry {
    /** Its value. */
    record Value(String text) implements Entry {
      @Override
      public String toString() {
        return "[value]";
      }
    }

    /** A secret whose value the identity may not see. */
    record Hidden() implements Entry {}
  }

  private final Http http;
  private final Base base;
  private final SignIn signIn;
  private final Options options;
  private volatile Version version = Version.UNKNOWN;

  InfisicalClient(Http http, Base base, SignIn signIn, Options options) {
    this.http = http;
    this.base = base;
    this.signIn = signIn;
    this.options = options;
  }

  /** Signs in, so that a wrong credential is tried once and not once for each folder. */
  void signIn() {
    signIn.token();
  }

  String address() {
    return base.text();
  }

  String who() {
    return signIn.who();
  }

  boolean expands() {
    return options.expand();
  }

  /**
   * All secrets of a folder, imported ones too; own ones win over imported ones, later imports over
   * earlier ones. Empty when there is no such project, environment or folder.
   */
  Optional<Map<String, Entry>> secrets(Folder folder) {
    return list(folder, options, true, true);
  }

  /** A folder's own shared secrets as they are stored, for comparing and writing. */
  Optional<Map<String, Entry>> own(Folder folder) {
    return list(folder, new Options(false, false), false, true);
  }

  /** The names of a folder's secrets. */
  Optional<Map<String, Entry>> names(Folder folder) {
    return list(folder, new Options(false, false), true, false);
  }

  private Optional<Map<String, Entry>> list(
      Folder folder, Options with, boolean imports, boolean values) {
    if (version != Version.V3) {
      try (HttpAnswer answer =
          send("GET", Urls.query("/api/v4/secrets", query(folder, with, imports, values, false)))) {
        if (answer.status() != 404) {
          JsonObject read = ok(answer, folder.text());
          version = Version.V4;
          return Optional.of(merge(read, with, folder));
        }
      }
      if (version == Version.V4) {
        return Optional.empty();
      }
    }
    // A server that does not know version 4 says 404, and so does one without this folder.
    try (HttpAnswer answer =
        send(
            "GET", Urls.query("/api/v3/secrets/raw", query(folder, with, imports, values, true)))) {
      if (answer.status() == 404) {
        return Optional.empty();
      }
      JsonObject read = ok(answer, folder.text());
      version = Version.V3;
      return Optional.of(merge(read, with, folder));
    }
  }

  private static Map<String, String> query(
      Folder folder, Options with, boolean imports, boolean values, boolean old) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put(old ? "workspaceId" : "projectId", folder.project());
    query.put("environment", folder.environment());
    query.put("secretPath", folder.path());
    query.put("expandSecretReferences", String.valueOf(with.expand()));
    query.put("viewSecretValue", String.valueOf(values));
    query.put("recursive", "false");
    // The name changed between releases of version 4; a server ignores the one it does not know.
    query.put("include_imports", String.valueOf(imports));
    if (!old) {
      query.put("includeImports", String.valueOf(imports));
      if (with.personal()) {
        query.put("includePersonalOverrides", "true");
      }
    }
    return query;
  }

  private static Map<String, Entry> merge(JsonObject answer, Options with, Folder folder) {
    Pages pages = Pages.of("the secrets of " + folder.text());
    Map<String, Entry> result = new LinkedHashMap<>();
    add(array(answer, "secrets"), with, pages, result);
    List<JsonValue> imports = JsonAnswers.items(answer, "imports");
    for (int i = imports.size() - 1; i >= 0; i--) {
      add(array(object(imports.get(i)), "secrets"), with, pages, result);
    }
    return result;
  }

  private static void add(
      List<JsonValue> secrets, Options with, Pages pages, Map<String, Entry> result) {
    pages.entries(secrets.size());
    Map<String, Entry> shared = new LinkedHashMap<>();
    Map<String, Entry> personal = new LinkedHashMap<>();
    for (JsonValue each : secrets) {
      JsonObject secret = object(each);
      boolean own = JsonAnswers.text(secret, "type").orElse("shared").equals("personal");
      String name =
          JsonAnswers.text(secret, "secretKey")
              .orElseThrow(() -> JsonAnswers.notUnderstood(SERVICE, "a secret has no secretKey"));
      if ((own ? personal : shared).putIfAbsent(name, entry(secret)) != null) {
        throw JsonAnswers.notUnderstood(SERVICE, "a folder has a secret twice");
      }
    }
    if (with.personal()) {
      personal.forEach(result::putIfAbsent);
    }
    shared.forEach(result::putIfAbsent);
  }

  private static Entry entry(JsonObject secret) {
    boolean hidden =
        JsonAnswers.at(secret, "secretValueHidden")
            .map(flag -> flag instanceof JsonBoolean is && is.value())
            .orElse(false);
    Optional<String> value = JsonAnswers.text(secret, "secretValue");
    return hidden || value.isEmpty() || value.get().equals(HIDDEN)
        ? new Entry.Hidden()
        : new Entry.Value(value.get());
  }

  private static List<JsonValue> array(JsonObject object, String name) {
    return JsonAnswers.at(object, name)
        .filter(JsonArray.class::isInstance)
        .map(array -> ((JsonArray) array).items())
        .orElseThrow(() -> JsonAnswers.notUnderstood(SERVICE, "it has no list " + name));
  }

  private static JsonObject object(JsonValue value) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw JsonAnswers.notUnderstood(SERVICE, "an entry is no object");
  }

  /**
   * Creates or changes secrets, all in one request; after {@link #own}, which finds the version.
   *
   * @param create whether they are new
   */
  void write(Folder folder, SortedMap<String, String> values, boolean create) {
    boolean old = version == Version.V3;
    JsonWriter json =
        new JsonWriter()
            .beginObject()
            .member(old ? "workspaceId" : "projectId", folder.project())
            .member("environment", folder.environment())
            .member("secretPath", folder.path())
            .name("secrets")
            .beginArray();
    values.forEach((name, value) ->
        json.beginObject().member("secretKey", name).member("secretValue", value).endObject());
    byte[] body = json.endArray().endObject().toString().getBytes(StandardCharsets.UTF_8);
    String target = old ? "/api/v3/secrets/batch/raw" : "/api/v4/secrets/batch";
    try (HttpAnswer answer = send(create ? "POST" : "PATCH", target, body)) {
      JsonObject read = ok(answer, "writing to " + folder.text());
      if (JsonAnswers.at(read, "approval").isPresent()) {
        throw PaleException.of(
            612,
            SERVICE + " has not changed the secrets yet",
            "a policy of the environment wants somebody's approval",
            "approve the change in Infisical");
      }
      array(read, "secrets");
    } finally {
      Keys.wipe(body);
    }
  }

  /**
   * Whether the service takes the token, asked in a way that reads nothing: a list without a
   * project, which is refused only after the token was looked at.
   */
  void check() {
    try (HttpAnswer answer = send("GET", "/api/v4/secrets")) {
      if (answer.status() == 404) {
        try (HttpAnswer old = send("GET", "/api/v3/secrets/raw")) {
          checked(old);
        }
      } else {
        checked(answer);
      }
    }
  }

  private void checked(HttpAnswer answer) {
    if (answer.status() != 400 && answer.status() != 422) {
      ok(answer, "whether the token is good");
    }
  }

  private HttpAnswer send(String method, String target) {
    return send(method, target, new byte[0]);
  }

  private HttpAnswer send(String method, String target, byte[] body) {
    String token = signIn.token();
    HttpAnswer answer = http.send(call(method, target, body, token));
    if (answer.status() != 401 || !signIn.renew(token)) {
      return answer;
    }
    answer.close();
    return http.send(call(method, target, body, signIn.token()));
  }

  private HttpCall call(String method, String target, byte[] body, String token) {
    HttpCall call = base.call(method, target).header("Authorization", "Bearer " + token);
    return body.length == 0 ? call : call.body("application/json", body);
  }

  private JsonObject ok(HttpAnswer answer, String asked) {
    if (answer.isOk()) {
      return JsonAnswers.object(answer, SERVICE);
    }
    throw Refusals.of(
        SERVICE + " at " + base.text(),
        asked,
        answer,
        JsonAnswers.machineCode(answer, "error"),
        "check the token or the machine identity",
        "give the identity a role that may read there");
  }
}
