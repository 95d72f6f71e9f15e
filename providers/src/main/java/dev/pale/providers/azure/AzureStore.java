package dev.pale.providers.azure;

import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonBoolean;
import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.bearer.Together;
import dev.pale.providers.bearer.Values;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.http.Links;
import dev.pale.providers.http.Origin;
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
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Pattern;

/** Secrets of vaults, opened. One request a reference: the service has no batches. */
final class AzureStore implements Provider, Writer {
  private static final Pattern NAME = Pattern.compile("[0-9A-Za-z-]{1,127}");
  private static final Pattern VERSION = Pattern.compile("[0-9A-Fa-f]{32}");

  /** Key Vault takes 25 Ki characters. */
  private static final int MOST_CHARACTERS = 25 << 10;

  private final ProviderSettings settings;
  private final Vaults vaults;
  private final AzureApi api;
  private final Clock clock;

  AzureStore(ProviderSettings settings, Vaults vaults, AzureApi api, Clock clock) {
    this.settings = settings;
    this.vaults = vaults;
    this.api = api;
    this.clock = clock;
  }

  @Override
  public Map<Reference, Outcome> read(List<Reference> references) {
    return Together.map(
        references,
        this::read,
        outcome -> {
          if (outcome instanceof Outcome.Found found) {
            found.value().close();
          }
        });
  }

  private Outcome read(Reference reference) {
    String[] parts = reference.path().split("/", -1);
    Optional<Origin> vault = vaults.named(parts[0]);
    if (parts.length < 2
        || parts.length > 3
        || vault.isEmpty()
        || !reference.query().isEmpty()
        || !NAME.matcher(parts[1]).matches()
        || (parts.length == 3 && !VERSION.matcher(parts[2]).matches())) {
      return new Outcome.Failed(
          Values.malformed(
              AzureKeyVault.KIND,
              "it is VAULT/NAME or VAULT/NAME/VERSION; the vault is a name or a host below "
                  + vaults.cloud().vaults()
                  + ", names are letters, digits and -",
              AzureKeyVault.EXAMPLES));
    }
    return Values.member(
        reference, access(vault.get(), parts[1], parts.length == 3 ? parts[2] : ""));
  }

  private Outcome access(Origin vault, String name, String version) {
    String target =
        "/secrets/" + name + (version.isEmpty() ? "" : "/" + version) + "?" + AzureKeyVault.VERSION;
    try (HttpAnswer answer = api.get(vault, target)) {
      if (answer.status() == 404) {
        return new Outcome.Missing("the vault has no such secret or version");
      }
      if (answer.status() == 403) {
        boolean disabled =
            JsonAnswers.machineCode(answer, "error", "innererror", "code").equals("SecretDisabled");
        return new Outcome.Failed(
            disabled ? withheld("it is disabled") : api.failed(answer, vault, target));
      }
      if (!answer.isOk()) {
        throw api.failed(answer, vault, target);
      }
      JsonObject secret = api.json(answer);
      String why = whyNot(secret);
      if (!why.isEmpty()) {
        return new Outcome.Failed(withheld(why));
      }
      Optional<String> value = JsonAnswers.text(secret, "value");
      if (value.isEmpty() || !isFor(secret, name)) {
        return new Outcome.Failed(
            Values.damaged("the answer is for another secret, or holds none"));
      }
      return new Outcome.Found(
          SecretValue.owning(name, value.get().getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static boolean isFor(JsonObject secret, String name) {
    String id = JsonAnswers.text(secret, "id").orElse("").toLowerCase(Locale.ROOT);
    return id.contains("/secrets/" + name.toLowerCase(Locale.ROOT) + "/");
  }

  /** Why a secret is not to be used now; empty when it is. */
  private String whyNot(JsonObject secret) {
    boolean enabled =
        JsonAnswers.at(secret, "attributes", "enabled")
            .map(value -> value instanceof JsonBoolean truth && truth.value())
            .orElse(true);
    long now = clock.instant().getEpochSecond();
    return !enabled
        ? "it is disabled"
        : time(secret, "exp", Long.MAX_VALUE) <= now
            ? "it has expired"
            : time(secret, "nbf", 0) > now ? "it is not valid yet" : "";
  }

  private static long time(JsonObject secret, String name, long otherwise) {
    return JsonAnswers.at(secret, "attributes", name)
        .filter(JsonNumber.class::isInstance)
        .map(value -> (long) ((JsonNumber) value).asDouble())
        .orElse(otherwise);
  }

  private static PaleException withheld(String why) {
    return PaleException.of(
        634,
        "the store does not give the value out",
        why,
        "set a new version of the secret, or enable it");
  }

  @Override
  public Optional<List<Reference>> list(String under) {
    String name = under.isEmpty() ? settings.required("vault") : under;
    Origin vault = vault(name);
    List<Reference> all = new ArrayList<>();
    Pages pages = Pages.of("the secrets of the vault " + vault.host());
    String target = "/secrets?" + AzureKeyVault.VERSION + "&maxresults=25";
    while (!target.isEmpty()) {
      pages.page(target);
      try (HttpAnswer answer = api.get(vault, target)) {
        if (!answer.isOk()) {
          throw api.failed(answer, vault, target);
        }
        JsonObject page = api.json(answer);
        List<JsonValue> items = JsonAnswers.items(page, "value");
        pages.entries(items.size());
        for (JsonValue item : items) {
          all.add(new Reference(settings.name(), name + "/" + nameOf(item), "", ""));
        }
        target = next(vault, JsonAnswers.text(page, "nextLink").orElse(""));
      }
    }
    return Optional.of(all);
  }

  private static String nameOf(JsonValue item) {
    String id = item instanceof JsonObject each ? JsonAnswers.text(each, "id").orElse("") : "";
    String name = id.substring(id.lastIndexOf('/') + 1);
    if (!NAME.matcher(name).matches()) {
      throw JsonAnswers.notUnderstood(AzureApi.SERVICE, "a secret has no name");
    }
    return name;
  }

  /** The next page, on this vault and in its list alone. */
  private static String next(Origin vault, String link) {
    if (link.isEmpty()) {
      return "";
    }
    String target = Links.sameOrigin(vault, link);
    if (!target.startsWith("/secrets?")) {
      throw JsonAnswers.notUnderstood(AzureApi.SERVICE, "the next page is not of the list");
    }
    return target;
  }

  private Origin vault(String name) {
    return vaults
        .named(name)
        .orElseThrow(() ->
            PaleException.of(
                613,
                "not a vault of Azure",
                "it is neither a name nor a host below " + vaults.cloud().vaults(),
                "give it as my-vault"));
  }

  @Override
  public Optional<Writer> writer() {
    return Optional.of(this);
  }

  @Override
  public String placeExample() {
    return "my-vault";
  }

  /** Key Vault's name of each secret: {@code -} for {@code _}; its names have no letter case. */
  private static Map<SecretName, String> names(Iterable<SecretName> all) {
    Map<SecretName, String> names = new HashMap<>();
    Map<String, SecretName> taken = new HashMap<>();
    for (SecretName name : all) {
      String there = name.text().replace('_', '-');
      SecretName other = taken.put(there.toLowerCase(Locale.ROOT), name);
      if (other != null) {
        throw PaleException.of(
            633,
            other + " and " + name + " would be one secret in Key Vault",
            "it has no _ and does not tell upper from lower case",
            "rename one of them");
      }
      if (!NAME.matcher(there).matches()) {
        throw PaleException.of(
            633, name + " is too long a name for Key Vault", "it takes 127 characters", "");
      }
      names.put(name, there);
    }
    return names;
  }

  @Override
  public Map<SecretName, Present> compare(String at, SortedMap<SecretName, SecretValue> values) {
    Origin vault = vault(at);
    Map<SecretName, String> names = names(values.keySet());
    return Together.map(
        values.keySet(),
        name -> Values.present(access(vault, names.getOrDefault(name, ""), ""), values.get(name)),
        nothing -> {});
  }

  @Override
  public void write(String at, SortedMap<SecretName, SecretValue> values) {
    Origin vault = vault(at);
    Map<SecretName, String> names = names(values.keySet());
    Map<SecretName, String> texts = new HashMap<>();
    values.forEach((name, value) -> texts.put(name, text(name, value)));
    List<SecretName> written = new ArrayList<>();
    for (SecretName name : values.keySet()) {
      try {
        write(vault, names.getOrDefault(name, ""), texts.getOrDefault(name, ""));
      } catch (PaleException e) {
        throw Values.partly(written, name, e);
      }
      written.add(name);
    }
  }

  private static String text(SecretName name, SecretValue value) {
    Optional<String> text = Values.text(Values.outgoing(value));
    if (text.isEmpty() || text.get().length() > MOST_CHARACTERS) {
      throw PaleException.of(
          633,
          "the value of " + name + " does not fit into Key Vault",
          "it keeps text of at most 25 Ki characters",
          "");
    }
    return text.get();
  }

  private void write(Origin vault, String name, String text) {
    String target = "/secrets/" + name + "?" + AzureKeyVault.VERSION;
    String body = new JsonWriter().beginObject().member("value", text).endObject().toString();
    try (HttpAnswer answer = api.send(vault, "PUT", target, body, false)) {
      if (answer.status() == 409) {
        throw PaleException.of(
            614,
            AzureApi.SERVICE + " does not take the secret " + name,
            "status 409: a deleted secret of this name is still kept, or it is being changed",
            "recover or purge the deleted secret");
      }
      if (!answer.isOk()) {
        throw api.failed(answer, vault, target);
      }
    }
  }

  @Override
  public Health health() {
    try {
      Optional<String> name = settings.text("vault");
      if (name.isEmpty()) {
        api.tokens().current();
        return new Health.Usable(api.credentials().identity(), "");
      }
      Origin vault = vault(name.get());
      String target = "/secrets?" + AzureKeyVault.VERSION + "&maxresults=1";
      try (HttpAnswer answer = api.get(vault, target)) {
        return answer.isOk()
            ? new Health.Usable(api.credentials().identity(), vault.text())
            : new Health.Unusable(api.failed(answer, vault, target));
      }
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
