package dev.pale.providers.hashicorp;

import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonArray;
import dev.pale.formats.json.JsonValue.JsonBoolean;
import dev.pale.formats.json.JsonValue.JsonNull;
import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.http.Encoding;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.HttpCall;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.http.Pages;
import dev.pale.providers.http.Parallel;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.Surroundings;
import dev.pale.providers.spi.Writer;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** One server. Thread-safe. */
final class HashiProvider implements Provider {
  private static final byte[] NONE = new byte[0];
  private static final int MOST_NAMES = 20;

  private final HashiSettings settings;
  private final HashiClient client;
  private final HashiLogin login;
  private final HashiMounts mounts;
  private final HashiLeases leases;

  HashiProvider(HashiSettings settings, Surroundings surroundings) {
    this.settings = settings;
    this.client = new HashiClient(settings, surroundings);
    this.login = new HashiLogin(settings, client, surroundings);
    this.mounts = new HashiMounts(settings, client, login);
    this.leases = new HashiLeases(client, login, settings.revokesLeases());
  }

  @Override
  public Map<Reference, Outcome> read(List<Reference> references) {
    Map<Reference, Outcome> outcomes = new ConcurrentHashMap<>();
    Map<HashiPath, List<Reference>> byPath = new LinkedHashMap<>();
    for (Reference each : references) {
      try {
        byPath.computeIfAbsent(HashiPath.of(each), path -> new ArrayList<>()).add(each);
      } catch (PaleException e) {
        outcomes.put(each, new Outcome.Failed(e));
      }
    }
    if (byPath.isEmpty()) {
      return outcomes;
    }
    login.token();
    Parallel.each(
        List.copyOf(byPath.entrySet()),
        entry -> readOne(entry.getKey(), entry.getValue(), outcomes));
    return outcomes;
  }

  private void readOne(
      HashiPath path, List<Reference> references, Map<Reference, Outcome> outcomes) {
    try {
      HashiMounts.Mount mount = mounts.of(path.path());
      if (path.version() > 0 && mount.kind() != HashiMounts.Kind.KV2) {
        throw PaleException.of(
            613, "only KV 2 keeps versions", "the path's engine is another", "leave version out");
      }
      try (HttpAnswer answer = client.send(reading(path, mount))) {
        JsonObject envelope = JsonObjects.EMPTY;
        if (answer.isOk() || answer.status() == 404) {
          envelope = client.envelope(answer);
        } else {
          throw client.failed(answer, path.path());
        }
        leases.keep(envelope);
        boolean kv2 = mount.kind() == HashiMounts.Kind.KV2;
        String why = missing(answer, envelope, kv2, path);
        JsonObject fields = why.isEmpty() ? fields(envelope, kv2) : JsonObjects.EMPTY;
        for (Reference each : references) {
          outcomes.put(each, why.isEmpty() ? field(fields, each) : new Outcome.Missing(why));
        }
      }
    } catch (PaleException e) {
      references.forEach(each -> outcomes.put(each, new Outcome.Failed(e)));
    }
  }

  private HttpCall reading(HashiPath path, HashiMounts.Mount mount) {
    String encoded = HashiPath.encoded(path.path());
    if (mount.kind() == HashiMounts.Kind.KV2) {
      encoded = HashiPath.encoded(mount.path() + "data/" + mount.rest(path.path()));
      if (path.version() > 0) {
        encoded += "?version=" + path.version();
      }
    }
    HttpCall call = client.call("GET", encoded, login.token(), NONE);
    // Reading such an engine makes credentials: sent twice, some would be left lying around.
    return mount.kind() == HashiMounts.Kind.OTHER ? call.once() : call;
  }

  /** Why there are no fields; empty when there are some. */
  private static String missing(
      HttpAnswer answer, JsonObject envelope, boolean kv2, HashiPath path) {
    String what = path.version() > 0 ? "version " + path.version() : "the latest version";
    Optional<JsonObject> metadata = JsonAnswers.inside(envelope, "data", "metadata");
    if (kv2 && metadata.isPresent() && JsonAnswers.inside(envelope, "data", "data").isEmpty()) {
      boolean destroyed =
          JsonAnswers.at(metadata.get(), "destroyed").equals(Optional.of(new JsonBoolean(true)));
      return what + " of the secret was " + (destroyed ? "destroyed" : "deleted");
    }
    return answer.status() == 404
        ? "there is nothing at this path" + (path.version() > 0 ? " of that version" : "")
        : "";
  }

  private JsonObject fields(JsonObject envelope, boolean kv2) {
    return (kv2
            ? JsonAnswers.inside(envelope, "data", "data")
            : JsonAnswers.inside(envelope, "data"))
        .orElseThrow(() -> JsonAnswers.notUnderstood(client.service(), "it has no data"));
  }

  private static Outcome field(JsonObject fields, Reference reference) {
    Map<String, JsonValue> members = fields.members();
    String name = reference.fragment();
    if (name.isEmpty()) {
      if (members.size() != 1) {
        return new Outcome.Failed(
            PaleException.of(
                613,
                "the reference does not say which field is meant",
                "the secret has " + members.size() + " fields: " + names(fields),
                "append #FIELD"));
      }
      name = members.keySet().iterator().next();
    } else if (!members.containsKey(name)) {
      Optional<String> decoded = Encoding.decoded(name);
      if (decoded.isEmpty() || !members.containsKey(decoded.get())) {
        return new Outcome.Missing("the secret has no such field; it has " + names(fields));
      }
      name = decoded.get();
    }
    String text = text(members.getOrDefault(name, new JsonNull()));
    return new Outcome.Found(
        SecretValue.owning(reference.text(), text.getBytes(StandardCharsets.UTF_8)));
  }

  /** A text as it is; anything else as JSON. */
  private static String text(JsonValue value) {
    return switch (value) {
      case JsonString string -> string.text();
      case JsonNumber number -> number.literal();
      case JsonBoolean truth -> Boolean.toString(truth.value());
      case JsonNull nothing -> "";
      case JsonObject object -> new JsonWriter().value(object).toString();
      case JsonArray array -> new JsonWriter().value(array).toString();
    };
  }

  /**
   * Names of fields are no secrets, but they are the server's: what is no plain name is counted.
   */
  private static String names(JsonObject fields) {
    TreeSet<String> plain = new TreeSet<>();
    for (String each : fields.members().keySet()) {
      if (!JsonAnswers.codeOf(each).isEmpty()) {
        plain.add(each);
      }
    }
    String shown = plain.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
    int more = fields.members().size() - Math.min(MOST_NAMES, plain.size());
    if (shown.isEmpty()) {
      return more == 0 ? "none" : more + " with unusual names";
    }
    return more == 0 ? shown : shown + " and " + more + " more";
  }

  @Override
  public Optional<List<Reference>> list(String under) {
    Pages pages = Pages.of("the secrets of " + client.service());
    List<Reference> all = new ArrayList<>();
    Deque<String> folders = new ArrayDeque<>();
    if (under.isEmpty()) {
      mounts.all().forEach(mount -> folders.add(mount.path()));
    } else {
      folders.add(HashiPath.folder(under));
    }
    while (!folders.isEmpty()) {
      String folder = folders.remove();
      pages.page(folder);
      for (String key : keys(folder)) {
        if (key.endsWith("/")) {
          folders.add(folder + key);
        } else {
          pages.entries(1);
          Reference.tryParse(settings.name() + "://" + HashiPath.encoded(folder + key))
              .ifPresent(all::add);
        }
      }
    }
    return Optional.of(all);
  }

  private static String stripped(String path) {
    return path.substring(0, path.length() - 1);
  }

  private List<String> keys(String folder) {
    HashiMounts.Mount mount = mounts.of(folder);
    String path =
        mount.kind() == HashiMounts.Kind.KV2
            ? mount.path() + "metadata/" + mount.rest(folder)
            : folder;
    if (mount.kind() == HashiMounts.Kind.OTHER) {
      return List.of();
    }
    String target = HashiPath.encoded(path) + "?list=true";
    try (HttpAnswer answer = client.send(client.call("GET", target, login.token(), NONE))) {
      if (answer.status() == 404) {
        return List.of();
      }
      if (!answer.isOk()) {
        throw client.failed(answer, "the names below " + folder);
      }
      List<String> keys = new ArrayList<>();
      for (JsonValue each : JsonAnswers.items(client.envelope(answer), "data", "keys")) {
        if (each instanceof JsonString key && isName(key.text())) {
          keys.add(key.text());
        }
      }
      return keys;
    }
  }

  /** What a server lists is only followed when it is one name, with a slash for a folder. */
  private static boolean isName(String key) {
    String name = key.endsWith("/") ? stripped(key) : key;
    return !name.isEmpty()
        && !name.equals(".")
        && !name.equals("..")
        && name.indexOf('/') < 0
        && name.chars().noneMatch(c -> c < ' ' || c == 0x7f);
  }

  @Override
  public Optional<Writer> writer() {
    return Optional.of(new HashiWriter(client, login, mounts));
  }

  @Override
  public Health health() {
    try (HttpAnswer answer =
        client.send(client.call("GET", "auth/token/lookup-self", login.token(), NONE))) {
      if (!answer.isOk()) {
        return new Health.Unusable(client.failed(answer, "who the token is"));
      }
      JsonObject envelope = client.envelope(answer);
      String name =
          JsonAnswers.text(envelope, "data", "display_name").map(JsonAnswers::codeOf).orElse("");
      String policies =
          JsonAnswers.items(envelope, "data", "policies").stream()
              .filter(JsonString.class::isInstance)
              .map(each -> JsonAnswers.codeOf(((JsonString) each).text()))
              .filter(each -> !each.isEmpty())
              .limit(MOST_NAMES)
              .collect(Collectors.joining(", "));
      String ttl =
          JsonAnswers.at(envelope, "data", "ttl")
              .filter(JsonNumber.class::isInstance)
              .map(each -> JsonAnswers.codeOf(((JsonNumber) each).literal()))
              .orElse("");
      return new Health.Usable(
          name,
          client.service()
              + (policies.isEmpty() ? "" : ", policies " + policies)
              + (ttl.isEmpty() || ttl.equals("0") ? "" : ", token lives " + ttl + " s more"));
    } catch (PaleException e) {
      return new Health.Unusable(e);
    }
  }

  /** What was leased so far, without the credentials. */
  List<HashiLeases.Lease> leases() {
    return leases.all();
  }

  @Override
  public void close() {
    leases.close();
    login.close();
    settings.raw().close();
  }

  @Override
  public String toString() {
    return "[" + client.service() + "]";
  }
}
