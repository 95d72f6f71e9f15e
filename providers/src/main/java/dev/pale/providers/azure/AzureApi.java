package dev.pale.providers.azure;

import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.providers.bearer.TokenCache;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.HttpCall;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.http.Origin;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Requests to vaults, with a token. Thread-safe. */
final class AzureApi implements AutoCloseable {
  static final String SERVICE = "Azure Key Vault";
  private static final int MOST_ANSWER_BYTES = 4 << 20;
  private static final int MOST_CHALLENGE = 2048;

  /** One parameter of a challenge (RFC 9110, 11.2), quoted as Key Vault writes it. */
  private static final Pattern PARAMETER =
      Pattern.compile("([a-z_]{1,32})=\"([^\"\\\\]{0,512})\"", Pattern.CASE_INSENSITIVE);

  private final Vaults vaults;
  private final AzureCredentials credentials;
  private final Surroundings surroundings;
  private final TokenCache tokens;

  AzureApi(Vaults vaults, AzureCredentials credentials, Surroundings surroundings) {
    this.vaults = vaults;
    this.credentials = credentials;
    this.surroundings = surroundings;
    this.tokens = new TokenCache(surroundings.clock(), credentials::fetch);
  }

  AzureCredentials credentials() {
    return credentials;
  }

  TokenCache tokens() {
    return tokens;
  }

  /** Any answer but 401, which is an error; the caller closes it. */
  HttpAnswer get(Origin vault, String target) {
    return checked(
        tokens.send(token -> surroundings.http().send(authorized(vault, "GET", target, token))),
        vault);
  }

  /** A request with a body in JSON, which may hold a value and is wiped. */
  HttpAnswer send(Origin vault, String method, String target, String json, boolean repeatable) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    try {
      return checked(
          tokens.send(token -> {
            HttpCall call = authorized(vault, method, target, token).body("application/json", body);
            return surroundings.http().send(repeatable ? call.repeatable() : call);
          }),
          vault);
    } finally {
      Arrays.fill(body, (byte) 0);
    }
  }

  private static HttpCall authorized(Origin vault, String method, String target, String token) {
    return HttpCall.of(vault, method, target)
        .header("Authorization", "Bearer " + token)
        .header("Accept", "application/json")
        .maxAnswer(MOST_ANSWER_BYTES);
  }

  private HttpAnswer checked(HttpAnswer answer, Origin vault) {
    if (answer.status() != 401) {
      return answer;
    }
    try (answer) {
      throw PaleException.of(
          611,
          SERVICE + " at " + vault + " refuses the token",
          challenged(answer.header("www-authenticate")),
          "check tenant_id and the access policy of the vault");
    }
  }

  /**
   * What a 401 says, compared with what is set. A challenge is never followed: it could send the
   * application's secret to a tenant or a host of the vault's choice.
   */
  private String challenged(String challenge) {
    if (challenge.length() > MOST_CHALLENGE) {
      return "";
    }
    String authority = "";
    String resource = "";
    Matcher matcher = PARAMETER.matcher(challenge);
    while (matcher.find()) {
      switch (matcher.group(1).toLowerCase(Locale.ROOT)) {
        case "authorization", "authorization_uri" -> authority = matcher.group(2);
        case "resource" -> resource = matcher.group(2);
        case "scope" -> resource = matcher.group(2).replaceFirst("/\\.default$", "");
        default -> {}
      }
    }
    if (!resource.isEmpty() && !resource.equals(vaults.cloud().resource())) {
      return "it asks for a token for something else than Key Vault, which it does not get";
    }
    String login = credentials.login().text() + "/";
    if (!authority.isEmpty() && !authority.startsWith(login)) {
      return "it names another place for tokens, which is not asked";
    }
    if (!authority.isEmpty() && !authority.substring(login.length()).equals(credentials.tenant())) {
      return "it belongs to another tenant than the one that is set";
    }
    return "";
  }

  JsonObject json(HttpAnswer answer) {
    return JsonAnswers.object(answer, SERVICE);
  }

  PaleException failed(HttpAnswer answer, Origin vault, String target) {
    int query = target.indexOf('?');
    String inner = JsonAnswers.machineCode(answer, "error", "innererror", "code");
    return JsonAnswers.failed(
        SERVICE + " at " + vault,
        query < 0 ? target : target.substring(0, query),
        answer,
        inner.isEmpty() ? JsonAnswers.machineCode(answer, "error", "code") : inner,
        "check the roles of " + credentials.identity());
  }

  @Override
  public void close() {
    tokens.clear();
  }
}
