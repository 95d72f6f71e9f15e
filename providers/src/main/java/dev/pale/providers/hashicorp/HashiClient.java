package dev.pale.providers.hashicorp;

import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.providers.http.Http;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.HttpCall;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.http.Origin;
import dev.pale.providers.http.Tls;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Requests to one server, with namespace and token. Thread-safe. */
final class HashiClient {
  private final Http http;
  private final Origin origin;
  private final String namespace;
  private final Tls tls;

  HashiClient(HashiSettings settings, Surroundings surroundings) {
    this.http = surroundings.http();
    this.origin = settings.origin();
    this.namespace = settings.namespace();
    this.tls = tls(settings.caFile(), surroundings.cwd());
  }

  private static Tls tls(String caFile, Path cwd) {
    if (caFile.isEmpty()) {
      return Tls.USUAL;
    }
    try (InputStream in = Files.newInputStream(cwd.resolve(caFile))) {
      return Tls.alsoTrusting(in.readNBytes((1 << 20) + 1), "ca_file");
    } catch (IOException | java.nio.file.InvalidPathException e) {
      throw PaleException.of(
          601, "the file that ca_file names cannot be read", "", "check the path");
    }
  }

  /** For errors: {@code Vault at https://vault.example.com}. */
  String service() {
    return "Vault at " + origin;
  }

  /**
   * A request, not sent yet.
   *
   * @param path below {@code /v1/}, encoded, with its query
   * @param token empty for requests without one
   */
  HttpCall call(String method, String path, String token, byte[] json) {
    HttpCall call =
        HttpCall.of(origin, method, "/v1/" + path).over(tls).header("X-Vault-Request", "true");
    if (!namespace.isEmpty()) {
      call.header("X-Vault-Namespace", namespace);
    }
    if (!token.isEmpty()) {
      call.header("X-Vault-Token", token);
    }
    return json.length == 0 ? call : call.body("application/json", json);
  }

  /** Sends it; the caller closes the answer. */
  HttpAnswer send(HttpCall call) {
    return http.send(call);
  }

  /** The answer's envelope; error 607 when it is none. */
  JsonObject envelope(HttpAnswer answer) {
    return JsonAnswers.object(answer, service());
  }

  /**
   * The error for a status that is not 2xx. The server's own sentences are left out: they quote
   * what was asked and who asked.
   */
  PaleException failed(HttpAnswer answer, String asked) {
    String mend =
        switch (answer.status()) {
          case 401, 403 ->
              "check the token's policies, namespace and life (vault token lookup); Vault also"
                  + " answers so for a path that does not exist";
          case 429, 472, 473, 503 -> "it is sealed, a standby, or too busy: see vault status";
          default -> "";
        };
    return JsonAnswers.failed(service(), asked, answer, "", mend);
  }
}
