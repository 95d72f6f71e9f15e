package dev.pale.providers.aws;

import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.HttpCall;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.http.Origin;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Credentials that the machine itself hands out: the container's endpoint and the instance's
 * metadata, the latter in its second version only, whose token keeps forged requests of other
 * programs away.
 */
final class LocalKeys {
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final int MOST_BYTES = 64 << 10;

  /** Link-local addresses at which a container's agent listens, without TLS. */
  private static final Set<String> CONTAINER =
      Set.of("169.254.170.2", "169.254.170.23", "[fd00:ec2::23]");

  private static final Set<String> INSTANCE = Set.of("169.254.169.254", "[fd00:ec2::254]");

  private final Surroundings machine;

  LocalKeys(Surroundings machine) {
    this.machine = machine;
  }

  /** From the container's endpoint; empty when the environment names none. */
  Optional<AwsKeys> container() {
    String relative = variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    String full = variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    if (relative.isEmpty() && full.isEmpty()) {
      return Optional.empty();
    }
    HttpCall call =
        relative.isEmpty()
            ? call(full, "AWS_CONTAINER_CREDENTIALS_FULL_URI", CONTAINER)
            : call(
                "http://169.254.170.2" + relative,
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                CONTAINER);
    String token = containerToken();
    if (!token.isEmpty()) {
      call.header("Authorization", token);
    }
    try (HttpAnswer answer =
        machine.http().send(call.maxAnswer(MOST_BYTES).within(Duration.ofSeconds(5)))) {
      if (!answer.isOk()) {
        throw PaleException.of(
            620,
            "the container's endpoint gives no AWS credentials",
            "status " + answer.status() + " from " + call.origin(),
            "check AWS_CONTAINER_CREDENTIALS_… and the token");
      }
      String source = "the container's endpoint";
      return Optional.of(AwsKeys.of(JsonAnswers.object(answer, source), "Token", source));
    }
  }

  private String containerToken() {
    String file = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    return file.isEmpty()
        ? variable("AWS_CONTAINER_AUTHORIZATION_TOKEN")
        : tokenFile(file, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  }

  /** The text of a file that holds a token and perhaps the end of a line; error 621. */
  String tokenFile(String name, String setting) {
    Path file = machine.cwd().resolve(name);
    // A pipe could keep this waiting for ever.
    if (Files.isRegularFile(file)) {
      try (InputStream in = Files.newInputStream(file)) {
        byte[] bytes = in.readNBytes(MOST_BYTES + 1);
        String text = new String(bytes, StandardCharsets.UTF_8).strip();
        if (bytes.length <= MOST_BYTES && !text.isEmpty()) {
          return text;
        }
      } catch (IOException e) {
        // told below
      }
    }
    throw PaleException.of(
        621, "the token file that " + setting + " names cannot be used", "", "check the file");
  }

  /** From the instance's metadata; empty when it is switched off or nobody answers. */
  Optional<AwsKeys> instance() {
    Optional<String> token = instanceToken();
    if (token.isEmpty()) {
      return Optional.empty();
    }
    String base = "/latest/meta-data/iam/security-credentials/";
    Optional<String> role = instanceText(base, token.get());
    if (role.isEmpty() || !role.get().matches("[A-Za-z0-9+=,.@_-]{1,128}")) {
      return Optional.empty();
    }
    try (HttpAnswer answer = instanceAnswer(base + role.get(), token.get())) {
      String source = "the instance's metadata";
      JsonObject json = JsonAnswers.object(answer, source);
      return Optional.of(AwsKeys.of(json, "Token", source));
    }
  }

  /** The instance's region; empty when it is switched off or nobody answers. */
  Optional<String> instanceRegion() {
    return instanceToken()
        .flatMap(token -> instanceText("/latest/meta-data/placement/region", token));
  }

  private Optional<String> instanceToken() {
    if (variable("AWS_EC2_METADATA_DISABLED").equalsIgnoreCase("true")) {
      return Optional.empty();
    }
    HttpCall call =
        HttpCall.of(instanceOrigin(), "PUT", "/latest/api/token")
            .header("X-aws-ec2-metadata-token-ttl-seconds", "300")
            .maxAnswer(MOST_BYTES)
            .within(SHORT);
    try (HttpAnswer answer = machine.http().send(call)) {
      String token = new String(answer.body(), StandardCharsets.US_ASCII).strip();
      boolean right = answer.isOk() && token.matches("[\\x21-\\x7e]{1,4096}");
      return right ? Optional.of(token) : Optional.empty();
    } catch (PaleException nobodyThere) {
      return Optional.empty();
    }
  }

  private Optional<String> instanceText(String path, String token) {
    try (HttpAnswer answer = instanceAnswer(path, token)) {
      return answer.isOk()
          ? Optional.of(new String(answer.body(), StandardCharsets.UTF_8).strip())
          : Optional.empty();
    } catch (PaleException nobodyThere) {
      return Optional.empty();
    }
  }

  private HttpAnswer instanceAnswer(String path, String token) {
    return machine
        .http()
        .send(
            HttpCall.of(instanceOrigin(), "GET", path)
                .header("X-aws-ec2-metadata-token", token)
                .maxAnswer(MOST_BYTES)
                .within(SHORT));
  }

  private Origin instanceOrigin() {
    String set = variable("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    return set.isEmpty()
        ? new Origin("http", "169.254.169.254", 80)
        : call(set, "AWS_EC2_METADATA_SERVICE_ENDPOINT", INSTANCE).origin();
  }

  /** HTTPS, or HTTP to this machine and to the addresses that are known to be its host's. */
  private static HttpCall call(String url, String variable, Set<String> local) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw refused(variable);
    }
    if (uri.getScheme() == null
        || uri.getHost() == null
        || uri.getRawUserInfo() != null
        || uri.getRawFragment() != null) {
      throw refused(variable);
    }
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    boolean plain = uri.getScheme().equals("http");
    Origin origin;
    if (plain && local.contains(host)) {
      origin = new Origin("http", host, uri.getPort() > 0 ? uri.getPort() : 80);
    } else {
      String port = uri.getPort() > 0 ? ":" + uri.getPort() : "";
      origin = Origin.parse(uri.getScheme() + "://" + host + port, variable);
    }
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return HttpCall.of(
        origin, "GET", path + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()));
  }

  private static PaleException refused(String variable) {
    return PaleException.of(
        601, "the address in " + variable + " cannot be used", "it is no http or https URL", "");
  }

  private String variable(String name) {
    return machine.variables().get(name);
  }
}
