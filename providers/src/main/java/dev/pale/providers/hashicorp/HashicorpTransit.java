package dev.pale.providers.hashicorp;

import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.http.Origin;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import dev.pale.sops.KeyService;
import dev.pale.sops.MasterKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Data keys of SOPS files that Vault's transit engine wraps (kind {@code hc_vault}).
 *
 * <p>Such a file names the server. It may come from anybody's repository, so the token is sent only
 * to a server that the user named: in {@code VAULT_ADDR} or in the settings of a provider.
 *
 * <p>Thread-safe.
 */
public final class HashicorpTransit implements KeyService {
  private static final String KIND = "hc_vault";
  private static final int MOST_KEY_BYTES = 64;

  private final ProviderSettings settings;
  private final Surroundings surroundings;

  /**
   * A service for the server that the user named.
   *
   * @param settings of a provider of kind {@code vault}, or {@link ProviderSettings#none}; still
   *     the caller's
   */
  public HashicorpTransit(ProviderSettings settings, Surroundings surroundings) {
    this.settings = settings;
    this.surroundings = surroundings;
  }

  @Override
  public boolean serves(MasterKey key) {
    return key.kind().equals(KIND);
  }

  @Override
  public byte[] unwrap(MasterKey key) {
    if (!key.wrapped().matches("vault:v[0-9]{1,9}:[A-Za-z0-9+/=_-]{1,8192}")) {
      throw PaleException.of(
          613, "the file's Vault entry is malformed", "enc is no ciphertext of Vault", "");
    }
    JsonObject answer = ask(key, "decrypt", "ciphertext", key.wrapped());
    String text =
        JsonAnswers.text(answer, "data", "plaintext")
            .orElseThrow(() -> JsonAnswers.notUnderstood("Vault", "it has no plaintext"));
    try {
      byte[] dataKey = Base64.getDecoder().decode(text);
      if (dataKey.length > MOST_KEY_BYTES) {
        Arrays.fill(dataKey, (byte) 0);
        throw JsonAnswers.notUnderstood("Vault", "the plaintext is no data key");
      }
      return dataKey;
    } catch (IllegalArgumentException e) {
      // Its text quotes a character.
      throw JsonAnswers.notUnderstood("Vault", "the plaintext is no base64");
    }
  }

  @Override
  public String wrap(MasterKey key, byte[] dataKey) {
    String encoded = Base64.getEncoder().encodeToString(dataKey);
    return JsonAnswers.text(ask(key, "encrypt", "plaintext", encoded), "data", "ciphertext")
        .filter(text -> text.startsWith("vault:v"))
        .orElseThrow(() -> JsonAnswers.notUnderstood("Vault", "it has no ciphertext"));
  }

  private JsonObject ask(MasterKey key, String verb, String name, String value) {
    HashiSettings own = confirmed(key);
    String path =
        HashiPath.checked(key.field("engine_path") + "/" + verb + "/" + key.field("key_name"));
    HashiClient client = new HashiClient(own, surroundings);
    byte[] body =
        new JsonWriter()
            .beginObject()
            .member(name, value)
            .endObject()
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    try (HashiLogin login = new HashiLogin(own, client, surroundings);
        HttpAnswer answer =
            client.send(
                client.call("POST", HashiPath.encoded(path), login.token(), body).repeatable())) {
      if (!answer.isOk()) {
        throw client.failed(answer, path);
      }
      return client.envelope(answer);
    } finally {
      Arrays.fill(body, (byte) 0);
    }
  }

  /** The user's own settings, when they are for the server that the file names. */
  private HashiSettings confirmed(MasterKey key) {
    Origin named;
    try {
      named = Origin.parse(key.field("vault_address"), "vault_address of the file");
    } catch (PaleException e) {
      throw PaleException.of(613, "the file's Vault entry is malformed", e.why(), e.mend());
    }
    if (settings.text("address").isEmpty()
        && HashiSettings.ambientAddress(surroundings).isEmpty()) {
      throw unconfirmed(named);
    }
    HashiSettings own = HashiSettings.of(settings, surroundings);
    if (!own.origin().equals(named)) {
      throw unconfirmed(named);
    }
    return own;
  }

  private static PaleException unconfirmed(Origin named) {
    return PaleException.of(
        618,
        "the file names a Vault that you did not",
        "its address is " + named + "; a token is sent only to the server that you set",
        "when this is your server: export VAULT_ADDR=" + named);
  }
}
