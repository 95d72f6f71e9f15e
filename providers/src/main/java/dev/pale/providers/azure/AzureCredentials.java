package dev.pale.providers.azure;

import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.providers.bearer.CredentialFile;
import dev.pale.providers.bearer.Token;
import dev.pale.providers.bearer.Urls;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.HttpCall;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.http.Origin;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where tokens for Key Vault come from: the application's secret, a token of another issuer
 * (workload identity), or the metadata service of a machine in Azure, in this order. Settings beat
 * the variables that Azure's own tools read. Thread-safe.
 */
final class AzureCredentials {
  private static final String METADATA = "http://169.254.169.254";
  private static final Pattern TENANT = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.-]{0,253}");
  private static final Pattern CLIENT = Pattern.compile("[0-9A-Za-z-]{1,64}");
  private static final Duration MARGIN = Duration.ofMinutes(1);
  private static final Duration METADATA_LIMIT = Duration.ofSeconds(3);
  private static final int MOST_ANSWER_BYTES = 64 << 10;

  private final ProviderSettings settings;
  private final Surroundings surroundings;
  private final Cloud cloud;
  private final Origin login;
  private final Origin metadata;

  AzureCredentials(ProviderSettings settings, Surroundings surroundings, Cloud cloud) {
    this.settings = settings;
    this.surroundings = surroundings;
    this.cloud = cloud;
    this.login =
        Origin.parse(settings.text("login_address").orElse(cloud.login()), "login_address");
    String address = settings.text("metadata_address").orElse(METADATA);
    this.metadata =
        address.equals(METADATA)
            ? Origin.linkLocalMetadata()
            : Origin.parse(address, "metadata_address");
  }

  /** Where tokens come from. */
  Origin login() {
    return login;
  }

  /** The tenant that is set; empty for none. */
  String tenant() {
    return text("tenant_id", "AZURE_TENANT_ID");
  }

  /** As whom; the application's id is no secret. */
  String identity() {
    String client = text("client_id", "AZURE_CLIENT_ID");
    return client.isEmpty() ? "the machine's managed identity" : "application " + client;
  }

  /** A new token. */
  Token fetch() {
    String secret =
        settings
            .credential("client_secret")
            .map(value -> new String(value.bytes(Reveal.KEY), StandardCharsets.UTF_8))
            .orElseGet(() -> surroundings.variables().get("AZURE_CLIENT_SECRET"));
    if (!secret.isEmpty()) {
      return fromLogin(Map.of("client_secret", secret));
    }
    String file = text("federated_token_file", "AZURE_FEDERATED_TOKEN_FILE");
    if (!file.isEmpty()) {
      return fromLogin(
          Map.of(
              "client_assertion_type",
              "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
              "client_assertion",
              CredentialFile.token(surroundings.cwd().resolve(file), "the federated token file")));
    }
    return fromMetadata();
  }

  private String text(String setting, String variable) {
    return settings.text(setting).orElseGet(() -> surroundings.variables().get(variable));
  }

  private Token fromLogin(Map<String, String> proof) {
    String tenant = tenant();
    String client = text("client_id", "AZURE_CLIENT_ID");
    if (!TENANT.matcher(tenant).matches() || !CLIENT.matcher(client).matches()) {
      throw PaleException.of(
          601,
          "the settings for Azure are not complete",
          "tenant_id and client_id are needed beside a secret or a token file",
          "set them, or AZURE_TENANT_ID and AZURE_CLIENT_ID");
    }
    Map<String, String> form = new LinkedHashMap<>(proof);
    form.put("grant_type", "client_credentials");
    form.put("client_id", client);
    form.put("scope", cloud.resource() + "/.default");
    byte[] body = Urls.form(form);
    try (HttpAnswer answer =
        surroundings
            .http()
            .send(
                HttpCall.of(login, "POST", "/" + tenant + "/oauth2/v2.0/token")
                    .header("Accept", "application/json")
                    .body("application/x-www-form-urlencoded", body)
                    .maxAnswer(MOST_ANSWER_BYTES)
                    .repeatable())) {
      if (!answer.isOk()) {
        throw refused(answer);
      }
      return token(answer);
    } finally {
      Arrays.fill(body, (byte) 0);
    }
  }

  private static PaleException refused(HttpAnswer answer) {
    String code = JsonAnswers.machineCode(answer, "error");
    return PaleException.of(
        611,
        "Azure gives no token",
        "status " + answer.status() + (code.isEmpty() ? "" : " (" + code + ")"),
        "check tenant_id, client_id and the application's secret, which ends on a date");
  }

  private Token fromMetadata() {
    String client = text("client_id", "AZURE_CLIENT_ID");
    String target =
        "/metadata/identity/oauth2/token?api-version=2018-02-01&resource="
            + Urls.encoded(cloud.resource())
            + (client.isEmpty() ? "" : "&client_id=" + Urls.encoded(client));
    try (HttpAnswer answer =
        surroundings
            .http()
            .send(
                HttpCall.of(metadata, "GET", target)
                    .header("Metadata", "true")
                    .within(METADATA_LIMIT)
                    .maxAnswer(MOST_ANSWER_BYTES))) {
      if (!answer.isOk()) {
        throw noCredentials("the metadata service answers with status " + answer.status());
      }
      return token(answer);
    } catch (PaleException e) {
      throw e.code() == 602 || e.code() == 603 ? noCredentials("") : e;
    }
  }

  private static PaleException noCredentials(String why) {
    return PaleException.of(
        632,
        "there are no credentials for Azure",
        why,
        "set tenant_id, client_id and client_secret, or AZURE_FEDERATED_TOKEN_FILE");
  }

  private Token token(HttpAnswer answer) {
    JsonObject object = JsonAnswers.object(answer, "Azure's token service");
    String text = JsonAnswers.text(object, "access_token").orElse("");
    String type = JsonAnswers.text(object, "token_type").orElse("Bearer");
    if (text.isEmpty() || !type.equalsIgnoreCase("Bearer")) {
      throw JsonAnswers.notUnderstood("Azure's token service", "it holds no bearer token");
    }
    // The metadata service writes the number as text.
    long seconds =
        JsonAnswers.at(object, "expires_in")
            .map(value ->
                switch (value) {
                  case JsonNumber number -> number.literal();
                  case JsonString string -> string.text();
                  default -> "";
                })
            .filter(digits -> digits.matches("[0-9]{1,9}"))
            .map(Long::parseLong)
            .orElse(300L);
    Duration life = Duration.ofSeconds(Math.clamp(seconds, 0, 86_400));
    return new Token(text, surroundings.clock().instant().plus(life).minus(MARGIN));
  }
}
