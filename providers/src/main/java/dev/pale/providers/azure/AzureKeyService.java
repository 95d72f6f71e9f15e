package dev.pale.providers.azure;

import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.bearer.Values;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.http.Origin;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import dev.pale.sops.KeyService;
import dev.pale.sops.MasterKey;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Keys of Azure Key Vault, RSA-OAEP-256, for the entries {@code azure_kv} of SOPS files. The
 * credentials and settings are those of {@link AzureKeyVault}. Thread-safe.
 */
public final class AzureKeyService implements KeyService, AutoCloseable {
  private static final String KIND = "azure_kv";
  private static final String ALGORITHM = "RSA-OAEP-256";
  private static final Pattern NAME = Pattern.compile("[0-9A-Za-z-]{1,127}");
  private static final Pattern VERSION = Pattern.compile("[0-9A-Fa-f]{32}");
  private static final int MOST_WRAPPED = 4096;
  private static final int MOST_KEY_BYTES = 64;

  private final ProviderSettings settings;
  private final Vaults vaults;
  private final AzureApi api;

  /** Opens no connection yet; owns the settings. */
  public AzureKeyService(ProviderSettings settings, Surroundings surroundings) {
    this.settings = settings;
    this.vaults = new Vaults(settings);
    this.api =
        new AzureApi(
            vaults, new AzureCredentials(settings, surroundings, vaults.cloud()), surroundings);
  }

  @Override
  public boolean serves(MasterKey key) {
    return key.kind().equals(KIND);
  }

  @Override
  public byte[] unwrap(MasterKey key) {
    if (key.wrapped().length() > MOST_WRAPPED || base64Url(key.wrapped()).isEmpty()) {
      throw Values.damaged("the wrapped key in the file is not in base64url");
    }
    return base64Url(ask(key, "decrypt", key.wrapped()))
        .filter(bytes -> bytes.length > 0 && bytes.length <= MOST_KEY_BYTES)
        .orElseThrow(() -> JsonAnswers.notUnderstood(AzureApi.SERVICE, "it holds no data key"));
  }

  @Override
  public String wrap(MasterKey key, byte[] dataKey) {
    if (key.field("version").isEmpty()) {
      // The file would not say which version wrapped it, and no other one opens it.
      throw refused("the version of the key is not named");
    }
    String text =
        ask(key, "encrypt", Base64.getUrlEncoder().withoutPadding().encodeToString(dataKey));
    if (base64Url(text).filter(bytes -> bytes.length > 0).isEmpty()) {
      throw JsonAnswers.notUnderstood(AzureApi.SERVICE, "it holds no ciphertext");
    }
    return text;
  }

  private String ask(MasterKey key, String verb, String value) {
    Origin vault =
        vaults
            .ofUrl(key.field("vault_url"))
            .orElseThrow(() ->
                refused(
                    "vault_url is not below " + vaults.cloud().vaults() + ": no token goes there"));
    String name = key.field("name");
    String version = key.field("version");
    if (!NAME.matcher(name).matches()
        || !(version.isEmpty() || VERSION.matcher(version).matches())) {
      throw refused("name or version do not name one");
    }
    String path = "/keys/" + name + (version.isEmpty() ? "" : "/" + version);
    String target = path + "/" + verb + "?" + AzureKeyVault.VERSION;
    String body =
        new JsonWriter()
            .beginObject()
            .member("alg", ALGORITHM)
            .member("value", value)
            .endObject()
            .toString();
    try (HttpAnswer answer = api.send(vault, "POST", target, body, true)) {
      if (!answer.isOk()) {
        throw api.failed(answer, vault, target);
      }
      JsonObject object = api.json(answer);
      String id = JsonAnswers.text(object, "kid").orElse("").toLowerCase(Locale.ROOT);
      if (!(id + "/").contains(path.toLowerCase(Locale.ROOT) + "/")) {
        throw JsonAnswers.notUnderstood(AzureApi.SERVICE, "another key was used");
      }
      return JsonAnswers.text(object, "value").orElse("");
    }
  }

  private static Optional<byte[]> base64Url(String text) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(text)
          ? Optional.of(bytes)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static PaleException refused(String why) {
    return PaleException.of(
        630,
        "not a key of Azure Key Vault",
        why,
        "the entry has vault_url https://NAME.vault.azure.net, name and version");
  }

  @Override
  public void close() {
    api.close();
    settings.close();
  }
}
