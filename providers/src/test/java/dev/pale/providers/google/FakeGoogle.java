package dev.pale.providers.google;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.formats.json.Json;
import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.fake.FakeAnswer;
import dev.pale.providers.fake.FakeMachine;
import dev.pale.providers.fake.FakeRequest;
import dev.pale.providers.fake.FakeServer;
import dev.pale.providers.http.JsonAnswers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/**
 * Google's token service, metadata server, Secret Manager and KMS in one. Tokens are given for a
 * JWT whose signature and claims are right, for a refresh token, or to who asks as on a machine of
 * Google's; everything else needs the last token that was given.
 */
final class FakeGoogle implements FakeServer.Handler {
  static final String PROJECT = "acme-prod";
  static final String EMAIL = "pale@acme-prod.iam.gserviceaccount.com";
  static final String KEY_ID = "0123456789abcdef";
  static final String REFRESH = "1//refresh-9hT4wq";
  static final String CLIENT_SECRET = "GOCSPX-client-7Uq2";
  static final KeyPair KEYS = keys();

  final Map<String, List<byte[]>> secrets = new ConcurrentHashMap<>();
  final List<String> disabled = new ArrayList<>();
  String audience = "https://oauth2.googleapis.com/token";
  String token = "";
  String parent = "projects/" + PROJECT;
  boolean wrongChecksum;
  boolean noChecksum;
  boolean otherSecret;
  boolean endless;
  int tokens;
  int lifeSeconds = 3600;

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  FakeGoogle put(String name, String... versions) {
    List<byte[]> all = new ArrayList<>();
    for (String each : versions) {
      all.add(each.getBytes(StandardCharsets.UTF_8));
    }
    secrets.put(name, all);
    return this;
  }

  /** The key file of the service account. */
  static String keyFile(String tokenUri) {
    String pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(KEYS.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n";
    return new JsonWriter()
        .beginObject()
        .member("type", "service_account")
        .member("project_id", PROJECT)
        .member("private_key_id", KEY_ID)
        .member("private_key", pem)
        .member("client_email", EMAIL)
        .member("token_uri", tokenUri)
        .member("universe_domain", "googleapis.com")
        .endObject()
        .toString();
  }

  static String userFile() {
    return new JsonWriter()
        .beginObject()
        .member("type", "authorized_user")
        .member("client_id", "764086051850.apps.googleusercontent.com")
        .member("client_secret", CLIENT_SECRET)
        .member("refresh_token", REFRESH)
        .endObject()
        .toString();
  }

  @Override
  public synchronized FakeAnswer answer(FakeRequest request) {
    String path = request.path();
    if (path.equals("/token") && request.method().equals("POST")) {
      return token(request);
    }
    if (path.startsWith("/computeMetadata/v1/instance/service-accounts/default/")) {
      return metadata(request, path);
    }
    if (token.isEmpty() || !request.header("authorization").equals("Bearer " + token)) {
      return error(401, "UNAUTHENTICATED");
    }
    if (path.contains("/keyRings/")) {
      return kms(request);
    }
    if (!path.startsWith("/v1/" + parent + "/secrets")) {
      return error(403, "PERMISSION_DENIED");
    }
    return secrets(request, path.substring(("/v1/" + parent + "/secrets").length()));
  }

  private FakeAnswer token(FakeRequest request) {
    assertThat(request.header("content-type")).isEqualTo("application/x-www-form-urlencoded");
    Map<String, String> form = request.form();
    boolean good =
        switch (form.getOrDefault("grant_type", "")) {
          case "urn:ietf:params:oauth:grant-type:jwt-bearer" -> isSigned(form.get("assertion"));
          case "refresh_token" ->
              form.get("refresh_token").equals(REFRESH)
                  && form.get("client_secret").equals(CLIENT_SECRET)
                  && form.get("client_id").startsWith("764086051850");
          default -> false;
        };
    return good ? given() : FakeAnswer.json(400, "{\"error\":\"invalid_grant\"}");
  }

  private FakeAnswer given() {
    token = "ya29.fake-" + tokens++;
    return FakeAnswer.json(
        200,
        "{\"access_token\":\""
            + token
            + "\",\"expires_in\":"
            + lifeSeconds
            + ",\"token_type\":\"Bearer\"}");
  }

  private boolean isSigned(String assertion) {
    String[] parts = assertion.split("\\.", -1);
    Base64.Decoder decoder = Base64.getUrlDecoder();
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(KEYS.getPublic());
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      if (parts.length != 3 || !signature.verify(decoder.decode(parts[2]))) {
        return false;
      }
    } catch (GeneralSecurityException e) {
      return false;
    }
    JsonObject header = (JsonObject) Json.parse(decoder.decode(parts[0]), "header");
    JsonObject claims = (JsonObject) Json.parse(decoder.decode(parts[1]), "claims");
    long now = FakeMachine.CLOCK.instant().getEpochSecond();
    long issued = ((JsonNumber) claims.members().get("iat")).asLong();
    long end = ((JsonNumber) claims.members().get("exp")).asLong();
    return JsonAnswers.text(header, "alg").orElse("").equals("RS256")
        && JsonAnswers.text(header, "kid").orElse("").equals(KEY_ID)
        && JsonAnswers.text(claims, "iss").orElse("").equals(EMAIL)
        && JsonAnswers.text(claims, "aud").orElse("").equals(audience)
        && JsonAnswers.text(claims, "scope")
            .orElse("")
            .equals("https://www.googleapis.com/auth/cloud-platform")
        && Math.abs(now - issued) < 7200
        && end > issued
        && end - issued <= 3600;
  }

  private FakeAnswer metadata(FakeRequest request, String path) {
    if (!request.header("metadata-flavor").equals("Google")) {
      return FakeAnswer.text(403, "no header");
    }
    FakeAnswer answer = path.endsWith("/email") ? FakeAnswer.text(200, EMAIL) : given();
    return answer.with("Metadata-Flavor", "Google");
  }

  private FakeAnswer secrets(FakeRequest request, String rest) {
    if (rest.isEmpty() && request.method().equals("GET")) {
      return list(request);
    }
    if (rest.isEmpty()) {
      String name = request.query().get("secretId");
      if (secrets.putIfAbsent(name, new ArrayList<>()) != null) {
        return error(409, "ALREADY_EXISTS");
      }
      if (!parent.contains("/locations/")) {
        assertThat(JsonAnswers.inside(request.json(), "replication", "automatic")).isPresent();
      }
      return FakeAnswer.json(200, "{\"name\":\"projects/1/secrets/" + name + "\"}");
    }
    if (rest.endsWith(":addVersion")) {
      return add(request, rest.substring(1, rest.length() - ":addVersion".length()));
    }
    String[] parts = rest.split("/", -1);
    String version = parts[3].substring(0, parts[3].length() - ":access".length());
    return access(parts[1], version);
  }

  private FakeAnswer add(FakeRequest request, String name) {
    List<byte[]> versions = secrets.get(name);
    if (versions == null) {
      return error(404, "NOT_FOUND");
    }
    JsonObject body = request.json();
    byte[] value =
        Base64.getDecoder().decode(JsonAnswers.text(body, "payload", "data").orElseThrow());
    if (!JsonAnswers.text(body, "payload", "dataCrc32c").orElse("").equals(sum(value))) {
      return error(400, "INVALID_ARGUMENT");
    }
    versions.add(value);
    return FakeAnswer.json(200, "{\"name\":\"x\"}");
  }

  private FakeAnswer access(String name, String version) {
    List<byte[]> versions = secrets.getOrDefault(name, List.of());
    int number = version.equals("latest") ? versions.size() : Integer.parseInt(version);
    if (number < 1 || number > versions.size()) {
      return error(404, "NOT_FOUND");
    }
    if (disabled.contains(name)) {
      return error(400, "FAILED_PRECONDITION");
    }
    byte[] value = versions.get(number - 1);
    String shown = otherSecret ? "another" : name;
    JsonWriter answer =
        new JsonWriter()
            .beginObject()
            .member("name", "projects/42/secrets/" + shown + "/versions/" + number)
            .name("payload")
            .beginObject()
            .member("data", Base64.getEncoder().encodeToString(value));
    if (!noChecksum) {
      answer.member("dataCrc32c", wrongChecksum ? "1" : sum(value));
    }
    return FakeAnswer.json(200, answer.endObject().endObject().toString());
  }

  private FakeAnswer list(FakeRequest request) {
    int size = 2;
    List<String> names = new ArrayList<>(new TreeMap<>(secrets).keySet());
    String token = request.query().getOrDefault("pageToken", "p+0/=");
    int from = Integer.parseInt(token.substring(2, token.length() - 2));
    JsonWriter answer = new JsonWriter().beginObject().name("secrets").beginArray();
    for (String name :
        names.subList(Math.min(from, names.size()), Math.min(from + size, names.size()))) {
      answer.beginObject().member("name", "projects/42/secrets/" + name).endObject();
    }
    answer.endArray();
    if (endless || from + size < names.size()) {
      answer.member("nextPageToken", "p+" + (from + size) + "/=");
    }
    return FakeAnswer.json(200, answer.endObject().toString());
  }

  /** Encrypts by turning all bits over, after a mark. */
  private FakeAnswer kms(FakeRequest request) {
    String path = request.path();
    JsonObject body = request.json();
    boolean encrypts = path.endsWith(":encrypt");
    String given = encrypts ? "plaintext" : "ciphertext";
    byte[] in = Base64.getDecoder().decode(JsonAnswers.text(body, given).orElseThrow());
    if (!JsonAnswers.text(body, given + "Crc32c").orElse("").equals(sum(in))) {
      return error(400, "INVALID_ARGUMENT");
    }
    byte[] out = in.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] = (byte) ~out[i];
    }
    String result = encrypts ? "ciphertext" : "plaintext";
    JsonWriter answer =
        new JsonWriter()
            .beginObject()
            .member(result, Base64.getEncoder().encodeToString(out))
            .member(result + "Crc32c", wrongChecksum ? "1" : sum(out));
    if (encrypts && !noChecksum) {
      answer.member("verifiedPlaintextCrc32c", true);
    }
    return FakeAnswer.json(200, answer.endObject().toString());
  }

  private static String sum(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return Long.toString(sum.getValue());
  }

  private static FakeAnswer error(int status, String code) {
    return FakeAnswer.json(
        status,
        "{\"error\":{\"code\":"
            + status
            + ",\"message\":\"text for people\",\"status\":\""
            + code
            + "\"}}");
  }
}
