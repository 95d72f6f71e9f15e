package dev.pale.providers.google;

import dev.pale.formats.json.Json;
import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonWriter;
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
import dev.pale.secrets.SecretValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where tokens for Google come from, in Google's own order: the credentials that are set, the file
 * that {@code GOOGLE_APPLICATION_CREDENTIALS} names, the file that {@code gcloud auth
 * application-default login} leaves, the metadata server of a machine in Google's cloud.
 *
 * <p>Of the kinds of files {@code service_account} (RFC 7523, RS256) and {@code authorized_user}
 * are known. Thread-safe.
 */
final class GoogleCredentials {
  static final String TOKENS = "https://oauth2.googleapis.com";
  private static final String METADATA = "http://169.254.169.254";
  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
  private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";

  /** Google's own hosts that give tokens; any other host in a file would get the assertion. */
  private static final Set<String> TOKEN_HOSTS =
      Set.of("oauth2.googleapis.com", "accounts.google.com", "www.googleapis.com");

  private static final Duration ASSERTION_LIFE = Duration.ofHours(1);

  /** A token is renewed this long before its end. */
  private static final Duration MARGIN = Duration.ofMinutes(1);

  /** Nothing answers there outside the cloud, and a person waits. */
  private static final Duration METADATA_LIMIT = Duration.ofSeconds(3);

  private static final int MOST_ANSWER_BYTES = 64 << 10;

  private final ProviderSettings settings;
  private final Surroundings surroundings;
  private final Origin tokenOrigin;
  private final Origin metadata;
  private volatile String identity = "";

  GoogleCredentials(ProviderSettings settings, Surroundings surroundings) {
    this.settings = settings;
    this.surroundings = surroundings;
    this.tokenOrigin = Origin.parse(settings.text("token_address").orElse(TOKENS), "token_address");
    String address = settings.text("metadata_address").orElse(METADATA);
    this.metadata =
        address.equals(METADATA)
            ? Origin.linkLocalMetadata()
            : Origin.parse(address, "metadata_address");
  }

  /** As whom the last token was fetched; empty before. */
  String identity() {
    return identity;
  }

  /** A new token. */
  Token fetch() {
    Optional<SecretValue> set = settings.credential("credentials_json");
    if (set.isPresent()) {
      return fromJson(set.get().bytes(Reveal.KEY), "the setting credentials_json");
    }
    String named = surroundings.variables().get("GOOGLE_APPLICATION_CREDENTIALS");
    if (!named.isEmpty()) {
      return fromFile(surroundings.cwd().resolve(named), "GOOGLE_APPLICATION_CREDENTIALS");
    }
    Path own = gcloud().resolve("application_default_credentials.json");
    if (Files.exists(own)) {
      return fromFile(own, "the file of gcloud auth application-default login");
    }
    return fromMetadata();
  }

  private Path gcloud() {
    String folder = surroundings.variables().get("CLOUDSDK_CONFIG");
    return folder.isEmpty()
        ? surroundings.home().resolve(".config").resolve("gcloud")
        : surroundings.cwd().resolve(folder);
  }

  private Token fromFile(Path file, String what) {
    byte[] bytes = CredentialFile.read(file, what);
    try {
      return fromJson(bytes, what);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private Token fromJson(byte[] bytes, String what) {
    JsonObject file;
    try {
      file = Json.parse(bytes, "credentials") instanceof JsonObject object ? object : null;
    } catch (PaleException e) {
      file = null;
    }
    if (file == null) {
      throw CredentialFile.refused(what, "it is no JSON object");
    }
    if (!JsonAnswers.text(file, "universe_domain")
        .orElse("googleapis.com")
        .equals("googleapis.com")) {
      throw CredentialFile.refused(what, "its universe_domain is another cloud's");
    }
    String type = JsonAnswers.text(file, "type").orElse("");
    return switch (type) {
      case "service_account" -> ofServiceAccount(file, what);
      case "authorized_user" -> ofUser(file, what);
      case "external_account",
          "external_account_authorized_user",
          "impersonated_service_account",
          "gdch_service_account" ->
          throw CredentialFile.refused(
              what, "credentials of the type " + type + " are not supported");
      default ->
          throw CredentialFile.refused(what, "its type is not service_account or authorized_user");
    };
  }

  private Token ofServiceAccount(JsonObject file, String what) {
    String email = field(file, "client_email", what);
    String uri = JsonAnswers.text(file, "token_uri").orElse(TOKENS + "/token");
    URI endpoint = endpoint(uri, what);
    String header =
        new JsonWriter()
            .beginObject()
            .member("alg", "RS256")
            .member("typ", "JWT")
            .member("kid", JsonAnswers.text(file, "private_key_id").orElse(""))
            .endObject()
            .toString();
    Instant now = surroundings.clock().instant();
    String claims =
        new JsonWriter()
            .beginObject()
            .member("iss", email)
            .member("scope", SCOPE)
            .member("aud", uri)
            .member("iat", now.getEpochSecond())
            .member("exp", now.plus(ASSERTION_LIFE).getEpochSecond())
            .endObject()
            .toString();
    String unsigned =
        base64Url(header.getBytes(StandardCharsets.UTF_8))
            + "."
            + base64Url(claims.getBytes(StandardCharsets.UTF_8));
    String assertion = unsigned + "." + signed(unsigned, field(file, "private_key", what), what);
    Token token = post(endpoint, Map.of("grant_type", GRANT, "assertion", assertion), what);
    identity = printable(email);
    return token;
  }

  private Token ofUser(JsonObject file, String what) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "refresh_token");
    for (String name : new String[] {"client_id", "client_secret", "refresh_token"}) {
      form.put(name, field(file, name, what));
    }
    URI endpoint =
        endpoint(JsonAnswers.text(file, "token_uri").orElse(tokenOrigin.text() + "/token"), what);
    Token token = post(endpoint, form, what);
    identity = "a user of gcloud";
    return token;
  }

  private static String field(JsonObject file, String name, String what) {
    return JsonAnswers.text(file, name)
        .filter(text -> !text.isEmpty())
        .orElseThrow(() -> CredentialFile.refused(what, "it has no " + name));
  }

  /** Where tokens come from, if that is Google or what the user set. */
  private URI endpoint(String uri, String what) {
    URI parsed;
    try {
      parsed = new URI(uri);
    } catch (URISyntaxException e) {
      throw CredentialFile.refused(what, "its token_uri is no URL");
    }
    boolean plain =
        parsed.getRawUserInfo() == null
            && parsed.getRawQuery() == null
            && parsed.getRawFragment() == null
            && parsed.getHost() != null
            && parsed.getRawPath() != null
            && parsed.getRawPath().startsWith("/");
    boolean google =
        plain
            && "https".equals(parsed.getScheme())
            && parsed.getPort() == -1
            && TOKEN_HOSTS.contains(parsed.getHost());
    if (!plain || !(google || origin(parsed).equals(tokenOrigin.text()))) {
      throw CredentialFile.refused(
          what, "its token_uri is neither Google's nor the provider's token_address");
    }
    return parsed;
  }

  private static String origin(URI uri) {
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }

  private Token post(URI endpoint, Map<String, String> form, String what) {
    Origin origin = Origin.parse(origin(endpoint), "token_uri");
    byte[] body = Urls.form(form);
    try (HttpAnswer answer =
        surroundings
            .http()
            .send(
                HttpCall.of(origin, "POST", endpoint.getRawPath())
                    .header("Accept", "application/json")
                    .body("application/x-www-form-urlencoded", body)
                    .maxAnswer(MOST_ANSWER_BYTES)
                    .repeatable())) {
      if (!answer.isOk()) {
        throw PaleException.of(
            611,
            "Google gives no token for " + what,
            status(answer),
            "check that the key is not deleted, and this machine's clock");
      }
      return token(answer);
    } finally {
      Arrays.fill(body, (byte) 0);
    }
  }

  private static String status(HttpAnswer answer) {
    String code = JsonAnswers.machineCode(answer, "error");
    return "status " + answer.status() + (code.isEmpty() ? "" : " (" + code + ")");
  }

  private Token fromMetadata() {
    try (HttpAnswer answer = metadata("token")) {
      if (!answer.isOk()) {
        throw noCredentials("the metadata server answers with status " + answer.status());
      }
      Token token = token(answer);
      identity = "the machine's service account";
      try (HttpAnswer email = metadata("email")) {
        if (email.isOk()) {
          identity = printable(new String(email.body(), StandardCharsets.ISO_8859_1));
        }
      }
      return token;
    } catch (PaleException e) {
      throw e.code() == 602 || e.code() == 603 ? noCredentials("") : e;
    }
  }

  private HttpAnswer metadata(String what) {
    HttpAnswer answer =
        surroundings
            .http()
            .send(
                HttpCall.of(
                        metadata,
                        "GET",
                        "/computeMetadata/v1/instance/service-accounts/default/" + what)
                    .header("Metadata-Flavor", "Google")
                    .within(METADATA_LIMIT)
                    .maxAnswer(MOST_ANSWER_BYTES));
    if (!answer.header("metadata-flavor").equals("Google")) {
      answer.close();
      throw noCredentials("what answers at 169.254.169.254 is not Google's metadata server");
    }
    return answer;
  }

  private static PaleException noCredentials(String why) {
    return PaleException.of(
        632,
        "there are no credentials for Google Cloud",
        why,
        "set GOOGLE_APPLICATION_CREDENTIALS, or the provider's credentials_json, or run gcloud auth"
            + " application-default login");
  }

  private Token token(HttpAnswer answer) {
    JsonObject object = JsonAnswers.object(answer, "Google's token service");
    String text = JsonAnswers.text(object, "access_token").orElse("");
    String type = JsonAnswers.text(object, "token_type").orElse("Bearer");
    if (text.isEmpty() || !type.equalsIgnoreCase("Bearer")) {
      throw JsonAnswers.notUnderstood("Google's token service", "it holds no bearer token");
    }
    long seconds =
        JsonAnswers.at(object, "expires_in")
            .filter(JsonNumber.class::isInstance)
            .map(value -> (long) ((JsonNumber) value).asDouble())
            .orElse(300L);
    Duration life = Duration.ofSeconds(Math.clamp(seconds, 0, 86_400));
    return new Token(text, surroundings.clock().instant().plus(life).minus(MARGIN));
  }

  private static String signed(String text, String pem, String what) {
    byte[] der = new byte[0];
    try {
      String begin = "-----BEGIN PRIVATE KEY-----";
      int from = pem.indexOf(begin);
      int to = pem.indexOf("-----END PRIVATE KEY-----");
      if (from < 0 || to < from) {
        throw CredentialFile.refused(what, "its private_key is no PKCS #8 key in PEM");
      }
      der = Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to));
      PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return base64Url(signature.sign());
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw CredentialFile.refused(what, "its private_key is no RSA key");
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  private static String base64Url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String printable(String email) {
    return email.matches("[A-Za-z0-9._%+@-]{1,200}") ? email : "";
  }
}
