package dev.pale.providers.google;

import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonObject;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Pattern;

/** Secret Manager, opened. One request a reference: the service has no batches. */
final class GoogleStore implements Provider, Writer {
  private static final Pattern PROJECT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9:.-]{0,99}");
  private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{1,255}");
  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9_-]{1,63}");
  private static final int PAGE = 500;

  private final ProviderSettings settings;
  private final String location;
  private final GoogleApi api;

  GoogleStore(ProviderSettings settings, String location, GoogleApi api) {
    this.settings = settings;
    this.location = location;
    this.api = api;
  }

  @Override
  public Map<Reference, Outcome> read(List<Reference> references) {
    return Together.map(references, this::read, GoogleStore::wipe);
  }

  private static void wipe(Outcome outcome) {
    if (outcome instanceof Outcome.Found found) {
      found.value().close();
    }
  }

  private Outcome read(Reference reference) {
    String[] parts = reference.path().split("/", -1);
    if (parts.length < 2
        || parts.length > 3
        || !reference.query().isEmpty()
        || !PROJECT.matcher(parts[0]).matches()
        || !SECRET.matcher(parts[1]).matches()
        || (parts.length == 3 && !VERSION.matcher(parts[2]).matches())) {
      return new Outcome.Failed(
          Values.malformed(
              GoogleSecretManager.KIND,
              "it is PROJECT/SECRET or PROJECT/SECRET/VERSION",
              GoogleSecretManager.EXAMPLES));
    }
    return Values.member(
        reference, access(parts[0], parts[1], parts.length == 3 ? parts[2] : "latest"));
  }

  private Outcome access(String project, String secret, String version) {
    String target = "/v1/" + secret(project, secret) + "/versions/" + version + ":access";
    try (HttpAnswer answer = api.get(target)) {
      if (answer.status() == 404) {
        return new Outcome.Missing("project, secret or version is not there");
      }
      if (answer.status() == 400 && GoogleApi.code(answer).equals("FAILED_PRECONDITION")) {
        return new Outcome.Failed(withheld());
      }
      if (answer.status() == 403) {
        return new Outcome.Failed(api.failed(answer, target));
      }
      if (!answer.isOk()) {
        throw api.failed(answer, target);
      }
      return payload(api.json(answer), secret);
    }
  }

  private static Outcome payload(JsonObject answer, String secret) {
    String name = JsonAnswers.text(answer, "name").orElse("");
    if (!name.contains("/secrets/" + secret + "/versions/")) {
      return new Outcome.Failed(Values.damaged("the answer is for another secret"));
    }
    // A value of no bytes comes without its member.
    Optional<byte[]> value = Values.base64(JsonAnswers.text(answer, "payload", "data").orElse(""));
    if (value.isEmpty()) {
      return new Outcome.Failed(Values.damaged("it is not in base64"));
    }
    if (!Crc32c.matches(value.get(), answer, "payload", "dataCrc32c")) {
      return new Outcome.Failed(Values.damaged("its checksum (CRC32C) is missing or wrong"));
    }
    return new Outcome.Found(SecretValue.owning(secret, value.get()));
  }

  private static PaleException withheld() {
    return PaleException.of(
        634,
        "the store does not give the value out",
        "this version is disabled or destroyed",
        "enable it, or name another version");
  }

  private String parent(String project) {
    return "projects/" + project + (location.isEmpty() ? "" : "/locations/" + location);
  }

  private String secret(String project, String secret) {
    return parent(project) + "/secrets/" + secret;
  }

  @Override
  public Optional<List<Reference>> list(String under) {
    String project = under.isEmpty() ? settings.required("project") : under;
    requireProject(project);
    List<Reference> all = new ArrayList<>();
    Pages pages = Pages.of("the secrets of project " + project);
    String token = "";
    do {
      pages.page(token);
      String target =
          "/v1/"
              + parent(project)
              + "/secrets?pageSize="
              + PAGE
              + (token.isEmpty() ? "" : "&pageToken=" + Urls.encoded(token));
      try (HttpAnswer answer = api.get(target)) {
        if (!answer.isOk()) {
          throw api.failed(answer, target);
        }
        JsonObject page = api.json(answer);
        List<JsonValue> items = JsonAnswers.items(page, "secrets");
        pages.entries(items.size());
        for (JsonValue item : items) {
          String name =
              item instanceof JsonObject object ? JsonAnswers.text(object, "name").orElse("") : "";
          String last = name.substring(name.lastIndexOf('/') + 1);
          if (!SECRET.matcher(last).matches()) {
            throw api.notUnderstood("a secret has no name");
          }
          all.add(new Reference(settings.name(), project + "/" + last, "", ""));
        }
        token = JsonAnswers.text(page, "nextPageToken").orElse("");
      }
    } while (!token.isEmpty());
    return Optional.of(all);
  }

  private static void requireProject(String project) {
    if (!PROJECT.matcher(project).matches()) {
      throw PaleException.of(
          613,
          "not a project of Google Cloud",
          "",
          "give the project's id, for instance my-project");
    }
  }

  @Override
  public Optional<Writer> writer() {
    return Optional.of(this);
  }

  @Override
  public String placeExample() {
    return "my-project";
  }

  @Override
  public Map<SecretName, Present> compare(String at, SortedMap<SecretName, SecretValue> values) {
    requireProject(at);
    return Together.map(
        values.keySet(),
        name -> Values.present(access(at, name.text(), "latest"), values.get(name)),
        nothing -> {});
  }

  @Override
  public void write(String at, SortedMap<SecretName, SecretValue> values) {
    requireProject(at);
    List<SecretName> written = new ArrayList<>();
    for (Map.Entry<SecretName, SecretValue> each : values.entrySet()) {
      try {
        write(at, each.getKey().text(), Values.outgoing(each.getValue()));
      } catch (PaleException e) {
        throw Values.partly(written, each.getKey(), e);
      }
      written.add(each.getKey());
    }
  }

  private void write(String project, String name, byte[] value) {
    String target = "/v1/" + secret(project, name) + ":addVersion";
    String body =
        new JsonWriter()
            .beginObject()
            .name("payload")
            .beginObject()
            .member("data", Base64.getEncoder().encodeToString(value))
            .member("dataCrc32c", Long.toString(Crc32c.of(value)))
            .endObject()
            .endObject()
            .toString();
    try (HttpAnswer first = api.post(target, body, false)) {
      if (first.isOk()) {
        return;
      }
      if (first.status() != 404) {
        throw api.failed(first, target);
      }
    }
    create(project, name);
    try (HttpAnswer second = api.post(target, body, false)) {
      if (!second.isOk()) {
        throw api.failed(second, target);
      }
    }
  }

  private void create(String project, String name) {
    String target = "/v1/" + parent(project) + "/secrets?secretId=" + name;
    JsonWriter body = new JsonWriter().beginObject();
    if (location.isEmpty()) {
      body.name("replication")
          .beginObject()
          .name("automatic")
          .beginObject()
          .endObject()
          .endObject();
    }
    try (HttpAnswer answer = api.post(target, body.endObject().toString(), false)) {
      if (!answer.isOk() && answer.status() != 409) { // somebody else just made it
        throw api.failed(answer, target);
      }
    }
  }

  @Override
  public Health health() {
    try {
      Optional<String> project = settings.text("project");
      if (project.isPresent()) {
        requireProject(project.get());
        String target = "/v1/" + parent(project.get()) + "/secrets?pageSize=1";
        try (HttpAnswer answer = api.get(target)) {
          if (!answer.isOk()) {
            return new Health.Unusable(api.failed(answer, target));
          }
        }
      } else {
        api.tokens().current();
      }
      return new Health.Usable(api.credentials().identity(), api.origin().text());
    } catch (PaleException e) {
      return new Health.Unusable(e);
    }
  }

  @Override
  public void close() {
    api.close();
    settings.close();
  }
}
