package dev.pale.providers.google;

import dev.pale.formats.json.JsonValue.JsonBoolean;
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
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Keys of Google Cloud KMS, API v1, for the entries {@code gcp_kms} of SOPS files. Credentials as
 * for Secret Manager; the settings are {@code credentials_json}, {@code kms_address}, {@code
 * token_address} and {@code metadata_address}. Thread-safe.
 */
public final class GoogleKeyService implements KeyService, AutoCloseable {
  private static final String KIND = "gcp_kms";

  /** A file names the key: nothing but a key's name gets into the path of the request. */
  private static final Pattern KEY =
      Pattern.compile(
          "projects/[A-Za-z0-9][A-Za-z0-9:.-]{0,99}/locations/[a-z0-9-]{1,63}"
              + "/keyRings/[A-Za-z0-9_-]{1,63}/cryptoKeys/[A-Za-z0-9_-]{1,63}");

  private static final int MOST_WRAPPED = 16 << 10;
  private static final int MOST_KEY_BYTES = 64;

  private final ProviderSettings settings;
  private final GoogleApi api;

  /** Opens no connection yet; owns the settings. */
  public GoogleKeyService(ProviderSettings settings, Surroundings surroundings) {
    this.settings = settings;
    Origin origin =
        Origin.parse(
            settings.text("kms_address").orElse("https://cloudkms.googleapis.com"), "kms_address");
    this.api =
        new GoogleApi(
            "Google Cloud KMS",
            origin,
            new GoogleCredentials(settings, surroundings),
            surroundings);
  }

  @Override
  public boolean serves(MasterKey key) {
    return key.kind().equals(KIND);
  }

  @Override
  public byte[] unwrap(MasterKey key) {
    String name = name(key);
    byte[] wrapped =
        Values.base64(key.wrapped().length() > MOST_WRAPPED ? "?" : key.wrapped())
            .orElseThrow(() -> Values.damaged("the wrapped key in the file is not in base64"));
    String body =
        new JsonWriter()
            .beginObject()
            .member("ciphertext", key.wrapped())
            .member("ciphertextCrc32c", Long.toString(Crc32c.of(wrapped)))
            .endObject()
            .toString();
    JsonObject answer = ask(name, "decrypt", body);
    byte[] plain =
        JsonAnswers.text(answer, "plaintext")
            .flatMap(Values::base64)
            .filter(bytes -> bytes.length <= MOST_KEY_BYTES)
            .orElseThrow(() -> api.notUnderstood("it holds no data key"));
    if (!Crc32c.matches(plain, answer, "plaintextCrc32c")) {
      Arrays.fill(plain, (byte) 0);
      throw Values.damaged("its checksum (CRC32C) is missing or wrong");
    }
    return plain;
  }

  @Override
  public String wrap(MasterKey key, byte[] dataKey) {
    String name = name(key);
    String body =
        new JsonWriter()
            .beginObject()
            .member("plaintext", Base64.getEncoder().encodeToString(dataKey))
            .member("plaintextCrc32c", Long.toString(Crc32c.of(dataKey)))
            .endObject()
            .toString();
    JsonObject answer = ask(name, "encrypt", body);
    String text = JsonAnswers.text(answer, "ciphertext").orElse("");
    byte[] wrapped =
        Values.base64(text)
            .filter(bytes -> bytes.length > 0)
            .orElseThrow(() -> api.notUnderstood("it holds no ciphertext"));
    // What the service encrypted must be what was sent, or the file could never be opened again.
    boolean verified =
        JsonAnswers.at(answer, "verifiedPlaintextCrc32c")
            .filter(value -> value instanceof JsonBoolean truth && truth.value())
            .isPresent();
    if (!verified || !Crc32c.matches(wrapped, answer, "ciphertextCrc32c")) {
      throw Values.damaged("its checksum (CRC32C) is missing or wrong");
    }
    return text;
  }

  private JsonObject ask(String name, String verb, String body) {
    String target = "/v1/" + name + ":" + verb;
    try (HttpAnswer answer = api.post(target, body, true)) {
      if (!answer.isOk()) {
        throw api.failed(answer, target);
      }
      return api.json(answer);
    }
  }

  private static String name(MasterKey key) {
    String name = key.field("resource_id");
    if (!key.kind().equals(KIND) || !KEY.matcher(name).matches()) {
      throw PaleException.of(
          630,
          "not a key of Google Cloud KMS",
          "the field resource_id does not name one",
          "write it as projects/P/locations/L/keyRings/R/cryptoKeys/K");
    }
    return name;
  }

  @Override
  public void close() {
    api.close();
    settings.close();
  }
}
