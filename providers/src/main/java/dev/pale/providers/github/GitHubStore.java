package dev.pale.providers.github;

import dev.pale.crypto.CryptoException;
import dev.pale.crypto.box.SealedBox;
import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonWriter;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Pattern;

/**
 * Writes Actions secrets. Values leave sealed for the key of the repository or organisation, which
 * only GitHub can open; GitHub gives names out and never values.
 */
final class GitHubStore implements Provider, Writer {
  private static final Pattern KEY_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final int MOST_VALUE_BYTES = 48 << 10;
  private static final int PAGE = 100;

  private final ProviderSettings settings;
  private final GitHubApi api;

  GitHubStore(ProviderSettings settings, GitHubApi api) {
    this.settings = settings;
    this.api = api;
  }

  @Override
  public Map<Reference, Outcome> read(List<Reference> references) {
    Map<Reference, Outcome> outcomes = new LinkedHashMap<>();
    for (Reference each : references) {
      outcomes.put(
          each,
          new Outcome.Failed(
              PaleException.of(
                  634,
                  "GitHub never gives secrets out",
                  "they can only be written, and read by its workflows",
                  "keep the value in the vault or another store, and push it to GitHub")));
    }
    return outcomes;
  }

  @Override
  public Optional<Writer> writer() {
    return Optional.of(this);
  }

  @Override
  public String placeExample() {
    return "owner/repo, owner/repo#environment or org:NAME";
  }

  @Override
  public Map<SecretName, Present> compare(String at, SortedMap<SecretName, SecretValue> values) {
    Target target = Target.parse(at);
    requireNames(values);
    Map<String, String> there = there(target);
    Map<SecretName, Present> present = new LinkedHashMap<>();
    for (SecretName name : values.keySet()) {
      present.put(name, there.containsKey(upper(name)) ? Present.UNKNOWN : Present.ABSENT);
    }
    return present;
  }

  /** The names that are there, in upper case as GitHub keeps them, with their visibility. */
  private Map<String, String> there(Target target) {
    Map<String, String> there = new HashMap<>();
    Pages pages = Pages.of("the secrets of GitHub");
    for (int page = 1, size = PAGE; size == PAGE; page++) {
      pages.page(Integer.toString(page));
      String path = target.secrets() + "?per_page=" + PAGE + "&page=" + page;
      try (HttpAnswer answer = api.get(path)) {
        if (!answer.isOk()) {
          throw api.failed(answer, path);
        }
        List<JsonValue> items = JsonAnswers.items(api.json(answer), "secrets");
        size = items.size();
        pages.entries(size);
        for (JsonValue item : items) {
          JsonObject each = item instanceof JsonObject object ? object : new JsonObject(Map.of());
          String name = JsonAnswers.text(each, "name").orElse("");
          if (!NAME.matcher(name).matches()) {
            throw JsonAnswers.notUnderstood(GitHubApi.SERVICE, "a secret has no name");
          }
          there.put(name.toUpperCase(Locale.ROOT), JsonAnswers.text(each, "visibility").orElse(""));
        }
      }
    }
    return there;
  }

  private static String upper(SecretName name) {
    return name.text().toUpperCase(Locale.ROOT);
  }

  /** GitHub's rules; it keeps names in upper case, so two can become one. */
  private static void requireNames(SortedMap<SecretName, SecretValue> values) {
    Map<String, SecretName> taken = new HashMap<>();
    for (Map.Entry<SecretName, SecretValue> each : values.entrySet()) {
      SecretName name = each.getKey();
      SecretName other = taken.put(upper(name), name);
      if (other != null) {
        throw unfit(other + " and " + name + " would be one secret at GitHub");
      }
      if (upper(name).startsWith("GITHUB_")) {
        throw unfit("GitHub keeps names that start with GITHUB_ for itself: " + name);
      }
      if (each.getValue().length() > MOST_VALUE_BYTES) {
        throw unfit("the value of " + name + " is larger than GitHub's 48 KiB");
      }
    }
  }

  private static PaleException unfit(String what) {
    return PaleException.of(633, what, "nothing was written", "rename it, or leave it out");
  }

  /** The key that values are sealed for, and its name. */
  private static final class SealingKey {
    private final String id;
    private final byte[] key;

    SealingKey(String id, byte[] key) {
      this.id = id;
      this.key = key;
    }
  }

  private SealingKey key(Target target) {
    String path = target.secrets() + "/public-key";
    try (HttpAnswer answer = api.get(path)) {
      if (!answer.isOk()) {
        throw api.failed(answer, path);
      }
      JsonObject object = api.json(answer);
      String id = JsonAnswers.text(object, "key_id").orElse("");
      byte[] key =
          JsonAnswers.text(object, "key")
              .flatMap(Values::base64)
              .filter(bytes -> bytes.length == SealedBox.KEY_BYTES)
              .orElseThrow(
                  () -> JsonAnswers.notUnderstood(GitHubApi.SERVICE, "it holds no public key"));
      if (!KEY_ID.matcher(id).matches()) {
        throw JsonAnswers.notUnderstood(GitHubApi.SERVICE, "its public key has no name");
      }
      return new SealingKey(id, key);
    }
  }

  @Override
  public void write(String at, SortedMap<SecretName, SecretValue> values) {
    Target target = Target.parse(at);
    requireNames(values);
    if (values.isEmpty()) {
      return;
    }
    SealingKey key = key(target);
    Map<String, String> visibilities = target.organisation() ? there(target) : Map.of();
    List<SecretName> written = new ArrayList<>();
    for (Map.Entry<SecretName, SecretValue> each : values.entrySet()) {
      try {
        put(target, key, each.getKey(), each.getValue(), visibilities);
      } catch (PaleException e) {
        throw Values.partly(written, each.getKey(), e);
      }
      written.add(each.getKey());
    }
  }

  private void put(
      Target target,
      SealingKey key,
      SecretName name,
      SecretValue value,
      Map<String, String> visibilities) {
    String sealed;
    try {
      sealed = Base64.getEncoder().encodeToString(SealedBox.seal(key.key, Values.outgoing(value)));
    } catch (CryptoException e) {
      throw JsonAnswers.notUnderstood(GitHubApi.SERVICE, "its public key is none");
    }
    String path = target.secrets() + "/" + upper(name);
    JsonWriter body =
        new JsonWriter().beginObject().member("encrypted_value", sealed).member("key_id", key.id);
    if (target.organisation()) {
      visible(body, path, visibilities.getOrDefault(upper(name), ""));
    }
    try (HttpAnswer answer = api.put(path, body.endObject().toString())) {
      if (!answer.isOk()) {
        throw api.failed(answer, path);
      }
    }
  }

  /** A new value must not show a secret to more repositories than the old one, nor to fewer. */
  private void visible(JsonWriter body, String path, String visibility) {
    switch (visibility) {
      case "" -> body.member("visibility", "private");
      case "all", "private" -> body.member("visibility", visibility);
      case "selected" -> {
        List<Long> repositories = repositories(path + "/repositories");
        body.member("visibility", visibility).name("selected_repository_ids").beginArray();
        repositories.forEach(body::value);
        body.endArray();
      }
      default ->
          throw JsonAnswers.notUnderstood(GitHubApi.SERVICE, "a secret's visibility is none known");
    }
  }

  private List<Long> repositories(String path) {
    List<Long> ids = new ArrayList<>();
    Pages pages = Pages.of("the repositories of a secret");
    for (int page = 1, size = PAGE; size == PAGE; page++) {
      pages.page(Integer.toString(page));
      String target = path + "?per_page=" + PAGE + "&page=" + page;
      try (HttpAnswer answer = api.get(target)) {
        if (!answer.isOk()) {
          throw api.failed(answer, target);
        }
        List<JsonValue> items = JsonAnswers.items(api.json(answer), "repositories");
        size = items.size();
        pages.entries(size);
        for (JsonValue item : items) {
          ids.add(id(item));
        }
      }
    }
    return ids;
  }

  private static long id(JsonValue item) {
    if (item instanceof JsonObject each
        && each.members().get("id") instanceof JsonNumber number
        && number.literal().matches("[0-9]{1,18}")) {
      return number.asLong();
    }
    throw JsonAnswers.notUnderstood(GitHubApi.SERVICE, "a repository has no id");
  }

  @Override
  public Health health() {
    try {
      try (HttpAnswer answer = api.get("/user")) {
        if (answer.isOk()) {
          String login = JsonAnswers.text(api.json(answer), "login").orElse("");
          return new Health.Usable(
              login.matches("[A-Za-z0-9\\[\\]_-]{1,100}") ? login : "", api.origin().text());
        }
        if (answer.status() != 403) { // tokens of apps and workflows are no user's
          return new Health.Unusable(api.failed(answer, "/user"));
        }
      }
      try (HttpAnswer answer = api.get("/rate_limit")) {
        return answer.isOk()
            ? new Health.Usable("", api.origin().text())
            : new Health.Unusable(api.failed(answer, "/rate_limit"));
      }
    } catch (PaleException e) {
      return new Health.Unusable(e);
    }
  }

  @Override
  public void close() {
    settings.close();
  }
}
