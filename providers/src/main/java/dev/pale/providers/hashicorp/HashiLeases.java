package dev.pale.providers.hashicorp;

import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.http.HttpCall;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Leases of credentials that were made by reading them.
 *
 * <p>By default they outlive the provider, as the program that got them does, and end by themselves
 * when their time is over. A token that was fetched for this provider alone is revoked when the
 * provider is closed, unless leases hang on it: revoking the token would end them too.
 */
final class HashiLeases implements AutoCloseable {
  private static final Duration AT_THE_END = Duration.ofSeconds(5);

  /** One lease. The id is no credential: it ends a lease only together with a token. */
  record Lease(String id, long seconds) {}

  private final HashiClient client;
  private final HashiLogin login;
  private final boolean revokes;
  private final List<Lease> leases = new ArrayList<>();

  HashiLeases(HashiClient client, HashiLogin login, boolean revokes) {
    this.client = client;
    this.login = login;
    this.revokes = revokes;
  }

  synchronized void keep(JsonObject envelope) {
    String id = JsonAnswers.text(envelope, "lease_id").orElse("");
    if (id.isEmpty()) {
      return;
    }
    long seconds =
        JsonAnswers.at(envelope, "lease_duration")
            .filter(JsonNumber.class::isInstance)
            .map(value -> ((JsonNumber) value).literal())
            .filter(literal -> literal.matches("[0-9]{1,18}"))
            .map(Long::parseLong)
            .orElse(0L);
    leases.add(new Lease(id, seconds));
  }

  synchronized List<Lease> all() {
    return List.copyOf(leases);
  }

  @Override
  public synchronized void close() {
    if (revokes) {
      for (Lease each : leases) {
        tell(
            "sys/leases/revoke",
            new JsonWriter().beginObject().member("lease_id", each.id()).endObject().toString());
      }
      leases.clear();
    }
    if (leases.isEmpty() && login.isOwn()) {
      tell("auth/token/revoke-self", "");
    }
    leases.clear();
  }

  private void tell(String path, String json) {
    try {
      HttpCall call =
          client.call("POST", path, login.token(), json.getBytes(StandardCharsets.UTF_8));
      client.send(call.within(AT_THE_END)).close();
    } catch (PaleException e) {
      // What was not revoked ends by itself, as it does with any status but 204.
    }
  }
}
