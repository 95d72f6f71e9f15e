package dev.pale.providers.hashicorp;

import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.secrets.PaleException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where engines are mounted and of which kind, as the server's {@code sys/internal/ui/mounts} says,
 * or the settings. Asked once for each mount. Thread-safe.
 */
final class HashiMounts {
  private static final byte[] NONE = new byte[0];

  /** What serves a path. */
  enum Kind {
    KV1,
    KV2,
    /** An engine that makes something when it is read. */
    OTHER
  }

  /**
   * A mount.
   *
   * @param path with a slash at its end
   */
  record Mount(String path, Kind kind) {
    /** A path without its mount. */
    String rest(String whole) {
      return whole.substring(path.length());
    }
  }

  private final HashiSettings settings;
  private final HashiClient client;
  private final HashiLogin login;
  private final Map<String, Mount> known = new ConcurrentHashMap<>();

  HashiMounts(HashiSettings settings, HashiClient client, HashiLogin login) {
    this.settings = settings;
    this.client = client;
    this.login = login;
  }

  /** The mount that serves a path. */
  Mount of(String path) {
    for (Mount each : known.values()) {
      if (path.startsWith(each.path())) {
        return each;
      }
    }
    Mount found = settings.kvVersion() > 0 ? set(path) : null;
    if (found == null) {
      found = asked(path);
    }
    known.put(found.path(), found);
    return found;
  }

  private @org.jspecify.annotations.Nullable Mount set(String path) {
    String mount = settings.mount().isEmpty() ? firstOf(path) : settings.mount();
    return path.startsWith(mount)
        ? new Mount(mount, settings.kvVersion() == 2 ? Kind.KV2 : Kind.KV1)
        : null;
  }

  private static String firstOf(String path) {
    return path.substring(0, path.indexOf('/') + 1);
  }

  private Mount asked(String path) {
    String target = "sys/internal/ui/mounts/" + HashiPath.encoded(path);
    try (HttpAnswer answer = client.send(client.call("GET", target, login.token(), NONE))) {
      if (answer.status() == 404) {
        // Servers of before 0.10 do not know the question, nor KV 2.
        return new Mount(firstOf(path), Kind.KV1);
      }
      if (answer.status() == 403) {
        throw PaleException.of(
            611,
            client.service() + " does not say what serves the path",
            "status 403: no right to anything below it, or it does not exist",
            "check path, policy and namespace; or set mount and kv_version of provider "
                + settings.name());
      }
      if (!answer.isOk()) {
        throw client.failed(answer, "what serves the path");
      }
      JsonObject envelope = client.envelope(answer);
      JsonObject data = JsonAnswers.inside(envelope, "data").orElse(envelope);
      String mount = JsonAnswers.text(data, "path").orElse("");
      if (mount.length() < 2 || !mount.endsWith("/") || !path.startsWith(mount)) {
        throw JsonAnswers.notUnderstood(client.service(), "the mount is not one of the path's");
      }
      return new Mount(mount, kind(data));
    }
  }

  /** All KV mounts that the token may see. */
  List<Mount> all() {
    try (HttpAnswer answer =
        client.send(client.call("GET", "sys/internal/ui/mounts", login.token(), NONE))) {
      if (!answer.isOk()) {
        throw client.failed(answer, "what is mounted");
      }
      List<Mount> all = new ArrayList<>();
      JsonAnswers.inside(client.envelope(answer), "data", "secret")
          .ifPresent(secret ->
              secret
                  .members()
                  .forEach((path, value) -> {
                    if (value instanceof JsonObject about && kind(about) != Kind.OTHER) {
                      all.add(new Mount(path, kind(about)));
                    }
                  }));
      return all;
    }
  }

  private static Kind kind(JsonObject about) {
    return switch (JsonAnswers.text(about, "type").orElse("")) {
      case "kv", "generic" ->
          JsonAnswers.text(about, "options", "version").orElse("1").equals("2")
              ? Kind.KV2
              : Kind.KV1;
      default -> Kind.OTHER;
    };
  }
}
