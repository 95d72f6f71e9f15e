package dev.pale.providers.kubernetes;

import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.bearer.Together;
import dev.pale.providers.bearer.Urls;
import dev.pale.providers.bearer.Values;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.http.Pages;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Writer;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A cluster's secrets, opened. One request a secret, whatever number of its keys is wanted. */
final class KubeStore implements Provider, Writer {
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern SECRET = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._-]{1,253}");
  private static final int PAGE = 50;
  private static final int MOST_BYTES = 1 << 20;

  private final ProviderSettings settings;
  private final KubeApi api;

  KubeStore(ProviderSettings settings, KubeApi api) {
    this.settings = settings;
    this.api = api;
  }

  /** One secret: {@code namespace/name}. */
  private record Place(String namespace, String name) {
    String target() {
      return secrets(namespace) + "/" + name;
    }
  }

  private static String secrets(String namespace) {
    return "/api/v1/namespaces/" + namespace + "/secrets";
  }

  /** What is there under one name: its data, or nothing, or why not. */
  private record Held(Map<String, String> data, boolean there, @Nullable PaleException failure) {
    static final Held NOTHING = new Held(Map.of(), false, null);
  }

  @Override
  public Map<Reference, Outcome> read(List<Reference> references) {
    Set<Place> places = new LinkedHashSet<>();
    references.forEach(each -> place(each).ifPresent(places::add));
    Map<Place, Held> held = Together.map(places, this::fetch, nothing -> {});
    Map<Reference, Outcome> outcomes = new LinkedHashMap<>();
    for (Reference each : references) {
      Optional<Place> place = place(each);
      outcomes.put(
          each,
          place.isEmpty()
              ? new Outcome.Failed(malformed())
              : outcome(each, held.getOrDefault(place.get(), Held.NOTHING)));
    }
    return outcomes;
  }

  private static Optional<Place> place(Reference reference) {
    String[] parts = reference.path().split("/", -1);
    return parts.length == 3
            && reference.query().isEmpty()
            && reference.fragment().isEmpty()
            && NAMESPACE.matcher(parts[0]).matches()
            && SECRET.matcher(parts[1]).matches()
            && !parts[1].contains("..")
            && KEY.matcher(parts[2]).matches()
        ? Optional.of(new Place(parts[0], parts[1]))
        : Optional.empty();
  }

  private static PaleException malformed() {
    return Values.malformed(
        KubernetesSecrets.KIND, "it is NAMESPACE/SECRET/KEY", KubernetesSecrets.EXAMPLES);
  }

  private static Outcome outcome(Reference reference, Held held) {
    if (held.failure != null) {
      return new Outcome.Failed(held.failure);
    }
    if (!held.there) {
      return new Outcome.Missing("the namespace has no such secret");
    }
    String key = reference.path().substring(reference.path().lastIndexOf('/') + 1);
    String text = held.data.get(key);
    if (text == null) {
      return new Outcome.Missing("the secret has no such key");
    }
    return Values.base64(text)
        .<Outcome>map(bytes -> new Outcome.Found(SecretValue.owning(reference.text(), bytes)))
        .orElseGet(() -> new Outcome.Failed(Values.damaged("it is not in base64")));
  }

  private Held fetch(Place place) {
    try (HttpAnswer answer = api.get(place.target())) {
      if (answer.status() == 404) {
        return Held.NOTHING;
      }
      if (answer.status() == 403) {
        return new Held(Map.of(), false, api.failed(answer, place.target()));
      }
      if (!answer.isOk()) {
        throw api.failed(answer, place.target());
      }
      JsonObject secret = api.json(answer);
      if (!JsonAnswers.text(secret, "metadata", "name").orElse("").equals(place.name)
          || !JsonAnswers.text(secret, "metadata", "namespace")
              .orElse("")
              .equals(place.namespace)) {
        throw JsonAnswers.notUnderstood(KubeApi.SERVICE, "it is another secret");
      }
      return new Held(data(secret), true, null);
    }
  }

  private static Map<String, String> data(JsonObject secret) {
    Map<String, String> data = new LinkedHashMap<>();
    JsonAnswers.inside(secret, "data")
        .ifPresent(members ->
            members
                .members()
                .forEach((key, value) ->
                    data.put(key, value instanceof JsonString text ? text.text() : "?")));
    return data;
  }

  @Override
  public Optional<List<Reference>> list(String under) {
    String[] parts = under.split("/", -1);
    if (parts.length == 2 && isPlace(under)) {
      List<Reference> keys = new ArrayList<>();
      Held held = fetch(new Place(parts[0], parts[1]));
      if (held.failure != null) {
        throw held.failure;
      }
      add(keys, under, held.data);
      return Optional.of(keys);
    }
    String namespace = under.isEmpty() ? settings.text("namespace").orElse("") : under;
    if (!namespace.isEmpty() && !NAMESPACE.matcher(namespace).matches()) {
      throw malformed();
    }
    String target = namespace.isEmpty() ? "/api/v1/secrets" : secrets(namespace);
    // A list that takes too long expires on the server; it is then begun anew, once.
    Optional<List<Reference>> all = pages(target);
    return all.isPresent()
        ? all
        : Optional.of(
            pages(target)
                .orElseThrow(() ->
                    PaleException.of(
                        614, "the list of secrets expired twice", "status 410", "try again")));
  }

  /** The whole list; empty when the server forgot it in between. */
  private Optional<List<Reference>> pages(String target) {
    List<Reference> all = new ArrayList<>();
    Pages pages = new Pages("the secrets of the cluster", 1000, Pages.MOST_ENTRIES);
    String token = "";
    do {
      pages.page(token);
      String page =
          target + "?limit=" + PAGE + (token.isEmpty() ? "" : "&continue=" + Urls.encoded(token));
      try (HttpAnswer answer = api.get(page)) {
        if (answer.status() == 410 && !token.isEmpty()) {
          return Optional.empty();
        }
        if (!answer.isOk()) {
          throw api.failed(answer, page);
        }
        JsonObject list = api.json(answer);
        int before = all.size();
        for (JsonValue item : JsonAnswers.items(list, "items")) {
          addAll(all, item);
        }
        pages.entries(all.size() - before);
        token = JsonAnswers.text(list, "metadata", "continue").orElse("");
      }
    } while (!token.isEmpty());
    return Optional.of(all);
  }

  private void addAll(List<Reference> all, JsonValue item) {
    if (!(item instanceof JsonObject secret)) {
      throw JsonAnswers.notUnderstood(KubeApi.SERVICE, "an item is no secret");
    }
    String place =
        JsonAnswers.text(secret, "metadata", "namespace").orElse("")
            + "/"
            + JsonAnswers.text(secret, "metadata", "name").orElse("");
    if (!isPlace(place)) {
      throw JsonAnswers.notUnderstood(KubeApi.SERVICE, "a secret has no name");
    }
    add(all, place, data(secret));
  }

  private void add(List<Reference> all, String place, Map<String, String> data) {
    for (String key : data.keySet()) {
      if (KEY.matcher(key).matches()) {
        all.add(new Reference(settings.name(), place + "/" + key, "", ""));
      }
    }
  }

  private static boolean isPlace(String text) {
    String[] parts = text.split("/", -1);
    return parts.length == 2
        && NAMESPACE.matcher(parts[0]).matches()
        && SECRET.matcher(parts[1]).matches()
        && !parts[1].contains("..");
  }

  @Override
  public Optional<Writer> writer() {
    return Optional.of(this);
  }

  @Override
  public String placeExample() {
    return "my-namespace/my-secret";
  }

  private static Place place(String at) {
    if (!isPlace(at)) {
      throw PaleException.of(
          613,
          "not a secret of Kubernetes",
          "it is NAMESPACE/SECRET",
          "give it as my-ns/my-secret");
    }
    int slash = at.indexOf('/');
    return new Place(at.substring(0, slash), at.substring(slash + 1));
  }

  @Override
  public Map<SecretName, Present> compare(String at, SortedMap<SecretName, SecretValue> values) {
    Held held = fetch(place(at));
    if (held.failure != null) {
      throw held.failure;
    }
    Map<SecretName, Present> present = new LinkedHashMap<>();
    values.forEach((name, value) -> {
      String text = held.data.get(name.text());
      boolean same = text != null && text.equals(encoded(value));
      present.put(name, text == null ? Present.ABSENT : same ? Present.SAME : Present.DIFFERENT);
    });
    return present;
  }

  private static String encoded(SecretValue value) {
    return Base64.getEncoder().encodeToString(Values.outgoing(value));
  }

  @Override
  public void write(String at, SortedMap<SecretName, SecretValue> values) {
    Place place = place(at);
    if (values.isEmpty()) {
      return;
    }
    long all = 0;
    for (Map.Entry<SecretName, SecretValue> each : values.entrySet()) {
      all += each.getKey().text().length() + each.getValue().length();
    }
    if (all > MOST_BYTES) {
      throw PaleException.of(
          633, "the values do not fit into one secret", "Kubernetes takes 1 MiB", "split them");
    }
    // One request writes them all, so none is written when it fails.
    if (!patched(place, values) && !created(place, values) && !patched(place, values)) {
      throw PaleException.of(
          614, KubeApi.SERVICE + " does not keep the secret", "it is made and gone again", "");
    }
  }

  /** False when there is no such secret. The server joins the keys: others stay as they are. */
  private boolean patched(Place place, SortedMap<SecretName, SecretValue> values) {
    JsonWriter body = new JsonWriter().beginObject();
    data(body, values).endObject();
    try (HttpAnswer answer =
        api.send("PATCH", place.target(), "application/merge-patch+json", body.toString())) {
      if (answer.status() == 404) {
        return false;
      }
      if (!answer.isOk()) {
        throw api.failed(answer, place.target());
      }
      return true;
    }
  }

  /** False when somebody else has just made it. */
  private boolean created(Place place, SortedMap<SecretName, SecretValue> values) {
    JsonWriter body =
        new JsonWriter()
            .beginObject()
            .member("apiVersion", "v1")
            .member("kind", "Secret")
            .member("type", "Opaque")
            .name("metadata")
            .beginObject()
            .member("name", place.name)
            .member("namespace", place.namespace)
            .endObject();
    data(body, values).endObject();
    String target = secrets(place.namespace);
    try (HttpAnswer answer = api.send("POST", target, "application/json", body.toString())) {
      if (answer.status() == 409 && KubeApi.reason(answer).equals("AlreadyExists")) {
        return false;
      }
      if (!answer.isOk()) {
        throw api.failed(answer, target);
      }
      return true;
    }
  }

  private static JsonWriter data(JsonWriter body, SortedMap<SecretName, SecretValue> values) {
    body.name("data").beginObject();
    values.forEach((name, value) -> body.member(name.text(), encoded(value)));
    return body.endObject();
  }

  @Override
  public Health health() {
    try {
      String target = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
      String body = "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"SelfSubjectReview\"}";
      try (HttpAnswer answer = api.send("POST", target, "application/json", body)) {
        if (answer.isOk()) {
          String name =
              JsonAnswers.text(api.json(answer), "status", "userInfo", "username").orElse("");
          return new Health.Usable(name.matches("[A-Za-z0-9@._:/+ -]{1,200}") ? name : "", at());
        }
      }
      try (HttpAnswer answer = api.get("/version")) { // clusters before 1.28
        return answer.isOk()
            ? new Health.Usable("", at())
            : new Health.Unusable(api.failed(answer, "/version"));
      }
    } catch (PaleException e) {
      return new Health.Unusable(e);
    }
  }

  private String at() {
    return api.config().origin() + api.config().base();
  }

  @Override
  public void close() {
    api.close();
    settings.close();
  }
}
