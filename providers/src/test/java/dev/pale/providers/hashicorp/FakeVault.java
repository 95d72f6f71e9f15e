package dev.pale.providers.hashicorp;

import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.fake.FakeAnswer;
import dev.pale.providers.fake.FakeRequest;
import dev.pale.providers.fake.FakeServer;
import dev.pale.providers.http.JsonAnswers;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Plays Vault as its API documentation has it: KV 2 at {@code secret/} and {@code team/kv/}, KV 1
 * at {@code old/}, a database engine and transit. Refuses requests without the right token and
 * namespace.
 */
final class FakeVault implements FakeServer.Handler {
  static final String TOKEN = "hvs.fake-token-Y2fK";
  static final String ROLE = "role-1234";
  static final String SECRET_ID = "secret-id-98ab";
  static final String WRAPPING = "hvs.wrapping-7c";
  static final String LOGIN_TOKEN = "hvs.from-approle-";

  final Map<String, String> old = new TreeMap<>();
  final Map<String, List<String>> versions = new TreeMap<>();
  final Set<String> deleted = new HashSet<>();
  final Set<String> revoked = new TreeSet<>();
  final Map<String, String> transit = new HashMap<>();
  String namespace = "";
  String wrappedBy = "auth/approle/role/app/secret-id";
  boolean wrapped = true;
  boolean mountsForbidden;
  boolean sealed;
  Runnable beforeWrite = () -> {};
  int loginSeconds = 3600;
  int logins;
  int leases;

  @Override
  public synchronized FakeAnswer answer(FakeRequest request) {
    String path = URLDecoder.decode(request.path().replace("+", "%2B"), StandardCharsets.UTF_8);
    if (!request.header("x-vault-request").equals("true")
        || !request.header("x-vault-namespace").equals(namespace)
        || !path.startsWith("/v1/")) {
      return errors(400, "bad request");
    }
    if (sealed) {
      return errors(503, "Vault is sealed");
    }
    path = path.substring(4);
    String token = request.header("x-vault-token");
    switch (path) {
      case "auth/approle/login":
        return login(request);
      case "sys/wrapping/lookup":
        return wrapped && WRAPPING.equals(text(request.json(), "token"))
            ? FakeAnswer.json(200, "{\"data\":{\"creation_path\":\"" + wrappedBy + "\"}}")
            : errors(400, "wrapping token is not valid or does not exist");
      case "sys/wrapping/unwrap":
        if (!wrapped || !token.equals(WRAPPING)) {
          return errors(400, "wrapping token is not valid or does not exist");
        }
        wrapped = false;
        return FakeAnswer.json(200, "{\"data\":{\"secret_id\":\"" + SECRET_ID + "\"}}");
      default:
        break;
    }
    boolean known =
        (token.equals(TOKEN) || token.startsWith(LOGIN_TOKEN)) && !revoked.contains(token);
    return known ? inside(request, path, token) : errors(403, "permission denied");
  }

  private FakeAnswer inside(FakeRequest request, String path, String token) {
    if (path.equals("auth/token/lookup-self")) {
      return FakeAnswer.json(
          200, "{\"data\":{\"display_name\":\"token\",\"policies\":[\"app\"],\"ttl\":60}}");
    }
    if (path.equals("auth/token/revoke-self")) {
      revoked.add(token);
      return FakeAnswer.empty(204);
    }
    if (path.equals("sys/leases/revoke")) {
      revoked.add(text(request.json(), "lease_id"));
      return FakeAnswer.empty(204);
    }
    if (path.equals("sys/internal/ui/mounts")) {
      return FakeAnswer.json(
          200,
          """
          {"data":{"auth":{},"secret":{"secret/":{"type":"kv","options":{"version":"2"}},
          "old/":{"type":"kv","options":null},"database/":{"type":"database"}}}}
          """);
    }
    if (path.startsWith("sys/internal/ui/mounts/")) {
      return mount(path.substring("sys/internal/ui/mounts/".length()));
    }
    if (path.startsWith("secret/") || path.startsWith("team/kv/")) {
      String mount = path.startsWith("secret/") ? "secret/" : "team/kv/";
      return kv2(request, mount, path.substring(mount.length()));
    }
    if (path.startsWith("old/")) {
      return kv1(request, path);
    }
    if (path.equals("database/creds/readonly") && request.method().equals("GET")) {
      leases++;
      return FakeAnswer.json(
          200,
          """
          {"lease_id":"database/creds/readonly/L%1$d","lease_duration":3600,"renewable":true,
          "data":{"username":"v-%1$d","password":"p-%1$d"}}
          """
              .formatted(leases));
    }
    if (path.startsWith("sops/")) {
      return transit(request, path);
    }
    return errors(404);
  }

  private FakeAnswer login(FakeRequest request) {
    logins++;
    JsonObject body = request.json();
    if (!ROLE.equals(text(body, "role_id")) || !SECRET_ID.equals(text(body, "secret_id"))) {
      return errors(400, "invalid role or secret ID " + SECRET_ID);
    }
    return FakeAnswer.json(
        200,
        "{\"auth\":{\"client_token\":\""
            + LOGIN_TOKEN
            + logins
            + "\",\"lease_duration\":"
            + loginSeconds
            + "}}");
  }

  private FakeAnswer mount(String path) {
    if (mountsForbidden) {
      return errors(403, "preflight capability check returned 403");
    }
    for (String[] each :
        new String[][] {
          {"secret/", "kv", "{\"version\":\"2\"}"},
          {"team/kv/", "kv", "{\"version\":\"2\"}"},
          {"old/", "kv", "null"},
          {"database/", "database", "null"}
        }) {
      if (path.startsWith(each[0])) {
        return FakeAnswer.json(
            200,
            "{\"data\":{\"path\":\"%s\",\"type\":\"%s\",\"options\":%s}}"
                .formatted((Object[]) each));
      }
    }
    return errors(403, "preflight capability check returned 403");
  }

  private FakeAnswer kv2(FakeRequest request, String mount, String path) {
    if (path.startsWith("metadata/") && request.query().containsKey("list")) {
      return list(mount + path.substring("metadata/".length()), versions.keySet());
    }
    if (!path.startsWith("data/")) {
      return errors(404);
    }
    String key = mount + path.substring("data/".length());
    if (request.method().equals("POST")) {
      beforeWrite.run();
      long cas =
          JsonAnswers.at(request.json(), "options", "cas")
              .map(value -> ((JsonNumber) value).asLong())
              .orElse(-1L);
      List<String> all = versions.computeIfAbsent(key, missing -> new ArrayList<>());
      if (cas != all.size()) {
        return errors(400, "check-and-set parameter did not match the current version");
      }
      all.add(new JsonWriter().value(request.json().members().get("data")).toString());
      return FakeAnswer.json(200, "{\"data\":{\"version\":" + all.size() + "}}");
    }
    List<String> all = versions.getOrDefault(key, List.of());
    String asked = request.query().getOrDefault("version", "0");
    int version = asked.equals("0") ? all.size() : Integer.parseInt(asked);
    if (version < 1 || version > all.size()) {
      return errors(404);
    }
    boolean gone = deleted.contains(key + "@" + version);
    return FakeAnswer.json(
        gone ? 404 : 200,
        """
        {"lease_id":"","data":{"data":%s,"metadata":{"version":%d,"destroyed":false,
        "deletion_time":"%s"}}}
        """
            .formatted(
                gone ? "null" : all.get(version - 1), version, gone ? "2026-01-01T00:00:00Z" : ""));
  }

  private FakeAnswer kv1(FakeRequest request, String path) {
    if (request.query().containsKey("list")) {
      return list(path, old.keySet());
    }
    if (request.method().equals("POST")) {
      old.put(path, request.text());
      return FakeAnswer.empty(204);
    }
    String data = old.get(path);
    return data == null ? errors(404) : FakeAnswer.json(200, "{\"data\":" + data + "}");
  }

  private static FakeAnswer list(String folder, Set<String> paths) {
    Set<String> keys = new TreeSet<>();
    for (String each : paths) {
      if (each.startsWith(folder)) {
        String rest = each.substring(folder.length());
        int slash = rest.indexOf('/');
        keys.add(slash < 0 ? rest : rest.substring(0, slash + 1));
      }
    }
    return keys.isEmpty()
        ? errors(404)
        : FakeAnswer.json(200, "{\"data\":{\"keys\":[\"" + String.join("\",\"", keys) + "\"]}}");
  }

  private FakeAnswer transit(FakeRequest request, String path) {
    JsonObject body = request.json();
    if (path.equals("sops/encrypt/main")) {
      String text = "vault:v1:" + Base64.getEncoder().encodeToString(new byte[] {1, 2, 3});
      transit.put(text, text(body, "plaintext"));
      return FakeAnswer.json(200, "{\"data\":{\"ciphertext\":\"" + text + "\"}}");
    }
    String plain = transit.get(text(body, "ciphertext"));
    return path.equals("sops/decrypt/main") && plain != null
        ? FakeAnswer.json(200, "{\"data\":{\"plaintext\":\"" + plain + "\"}}")
        : errors(400, "invalid ciphertext");
  }

  private static String text(JsonObject object, String name) {
    JsonValue value = object.members().get(name);
    return value instanceof JsonValue.JsonString string ? string.text() : "";
  }

  private static FakeAnswer errors(int status, String... texts) {
    String all = texts.length == 0 ? "" : "\"" + String.join("\",\"", texts) + "\"";
    return FakeAnswer.json(status, "{\"errors\":[" + all + "]}");
  }
}
