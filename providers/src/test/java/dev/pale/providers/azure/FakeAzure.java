package dev.pale.providers.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.fake.FakeAnswer;
import dev.pale.providers.fake.FakeRequest;
import dev.pale.providers.fake.FakeServer;
import dev.pale.providers.http.JsonAnswers;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.MGF1ParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/**
 * Azure's token service, metadata service and one vault in one. Tokens are given for the right
 * secret or assertion and scope; the vault takes the last one and answers others with a challenge.
 */
final class FakeAzure implements FakeServer.Handler {
  static final String TENANT = "11111111-2222-3333-4444-555555555555";
  static final String CLIENT = "66666666-7777-8888-9999-000000000000";
  static final String SECRET = "client~secret.Q8r";
  static final String ASSERTION = "eyJhbGciOi.federated.token";
  static final String VERSION = "0123456789abcdef0123456789abcdef";

  final Map<String, String> secrets = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  final Map<String, String> attributes = new HashMap<>();
  String challenge =
      "Bearer authorization=\"https://login.microsoftonline.com/"
          + TENANT
          + "\", resource=\"https://vault.azure.net\"";
  String nextHost = "https://acme.vault.azure.net";
  String nextPath = "/secrets";
  String token = "";
  String kid = "https://acme.vault.azure.net/keys/sops/" + VERSION;
  boolean endless;
  boolean otherSecret;
  int tokens;
  private KeyPair rsa;

  @Override
  public synchronized FakeAnswer answer(FakeRequest request) {
    String path = request.path();
    if (path.equals("/" + TENANT + "/oauth2/v2.0/token") && request.method().equals("POST")) {
      return token(request.form());
    }
    if (path.equals("/metadata/identity/oauth2/token")) {
      boolean good =
          request.header("metadata").equals("true")
              && request.query().get("resource").equals("https://vault.azure.net");
      return good ? given("\"3599\"") : FakeAnswer.json(400, "{\"error\":\"invalid_request\"}");
    }
    if (token.isEmpty() || !request.header("authorization").equals("Bearer " + token)) {
      return FakeAnswer.json(401, "{}").with("WWW-Authenticate", challenge);
    }
    assertThat(request.query()).containsEntry("api-version", "7.4");
    if (path.startsWith("/keys/")) {
      return key(request);
    }
    if (path.equals("/secrets")) {
      return list(request);
    }
    String[] parts = path.substring("/secrets/".length()).split("/", -1);
    if (request.method().equals("PUT")) {
      secrets.put(parts[0], JsonAnswers.text(request.json(), "value").orElseThrow());
      return FakeAnswer.json(200, "{}");
    }
    return secret(parts);
  }

  private FakeAnswer token(Map<String, String> form) {
    boolean proved =
        SECRET.equals(form.get("client_secret"))
            || (ASSERTION.equals(form.get("client_assertion"))
                && "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
                    .equals(form.get("client_assertion_type")));
    boolean good =
        proved
            && "client_credentials".equals(form.get("grant_type"))
            && CLIENT.equals(form.get("client_id"))
            && "https://vault.azure.net/.default".equals(form.get("scope"));
    return good ? given("3599") : FakeAnswer.json(401, "{\"error\":\"invalid_client\"}");
  }

  private FakeAnswer given(String life) {
    token = "eyJ0.fake-azure-" + tokens++;
    return FakeAnswer.json(
        200,
        "{\"token_type\":\"Bearer\",\"expires_in\":"
            + life
            + ",\"access_token\":\""
            + token
            + "\"}");
  }

  private FakeAnswer secret(String[] parts) {
    String value = secrets.get(parts[0]);
    if (value == null || (parts.length == 2 && !parts[1].equalsIgnoreCase(VERSION))) {
      return FakeAnswer.json(404, "{\"error\":{\"code\":\"SecretNotFound\"}}");
    }
    if (value.equals("disabled by the service")) {
      return FakeAnswer.json(
          403, "{\"error\":{\"code\":\"Forbidden\",\"innererror\":{\"code\":\"SecretDisabled\"}}}");
    }
    if (value.equals("forbidden")) {
      return FakeAnswer.json(
          403,
          "{\"error\":{\"code\":\"Forbidden\",\"innererror\":{\"code\":\"ForbiddenByRbac\"}}}");
    }
    String name = otherSecret ? "another" : parts[0].toUpperCase(Locale.ROOT);
    String body =
        new JsonWriter()
            .beginObject()
            .member("value", value)
            .member("id", "https://acme.vault.azure.net/secrets/" + name + "/" + VERSION)
            .endObject()
            .toString();
    String more = attributes.getOrDefault(parts[0], "{\"enabled\":true}");
    return FakeAnswer.json(
        200, body.substring(0, body.length() - 1) + ",\"attributes\":" + more + "}");
  }

  private FakeAnswer list(FakeRequest request) {
    List<String> names = new ArrayList<>(secrets.keySet());
    int from = Integer.parseInt(request.query().getOrDefault("$skiptoken", "0"));
    JsonWriter answer = new JsonWriter().beginObject().name("value").beginArray();
    for (String name :
        names.subList(Math.min(from, names.size()), Math.min(from + 2, names.size()))) {
      answer.beginObject().member("id", "https://acme.vault.azure.net/secrets/" + name).endObject();
    }
    answer.endArray();
    if (endless || from + 2 < names.size()) {
      answer.member("nextLink", nextHost + nextPath + "?api-version=7.4&$skiptoken=" + (from + 2));
    }
    return FakeAnswer.json(200, answer.endObject().toString());
  }

  private FakeAnswer key(FakeRequest request) {
    String path = request.path();
    if (!path.startsWith("/keys/sops/")) {
      return FakeAnswer.json(404, "{\"error\":{\"code\":\"KeyNotFound\"}}");
    }
    assertThat(JsonAnswers.text(request.json(), "alg")).contains("RSA-OAEP-256");
    byte[] in =
        Base64.getUrlDecoder().decode(JsonAnswers.text(request.json(), "value").orElseThrow());
    try {
      Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
      cipher.init(
          path.endsWith("/encrypt") ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE,
          path.endsWith("/encrypt") ? rsa().getPublic() : rsa().getPrivate(),
          new OAEPParameterSpec(
              "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
      byte[] out = cipher.doFinal(in);
      return FakeAnswer.json(
          200,
          new JsonWriter()
              .beginObject()
              .member("kid", kid)
              .member("value", Base64.getUrlEncoder().withoutPadding().encodeToString(out))
              .endObject()
              .toString());
    } catch (GeneralSecurityException e) {
      return FakeAnswer.json(400, "{\"error\":{\"code\":\"BadParameter\"}}");
    }
  }

  private KeyPair rsa() throws GeneralSecurityException {
    if (rsa == null) {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      rsa = generator.generateKeyPair();
    }
    return rsa;
  }
}
