package dev.pale.providers.kubernetes;

import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.HttpCall;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Requests to one cluster. Reads the kubeconfig when it is first needed. Thread-safe. */
final class KubeApi implements AutoCloseable {
  static final String SERVICE = "Kubernetes";

  /** One secret has at most 1 MiB; base64 and managed fields come on top. */
  private static final int MOST_ANSWER_BYTES = 16 << 20;

  private final ProviderSettings settings;
  private final Surroundings surroundings;
  private @Nullable KubeConfig config;
  private KubeUser.@Nullable Access access;

  KubeApi(ProviderSettings settings, Surroundings surroundings) {
    this.settings = settings;
    this.surroundings = surroundings;
  }

  synchronized KubeConfig config() {
    KubeConfig there = config;
    if (there == null) {
      there = KubeConfig.find(settings, surroundings);
      config = there;
    }
    return there;
  }

  private synchronized KubeUser.Access access() {
    KubeUser.Access there = access;
    if (there == null || !surroundings.clock().instant().isBefore(there.until())) {
      there = config().user().access(config().authority(), surroundings);
      access = there;
    }
    return there;
  }

  private synchronized void forget(KubeUser.Access refused) {
    if (access == refused) {
      access = null;
    }
  }

  HttpAnswer get(String target) {
    return send("GET", target, "", new byte[0]);
  }

  /** A body in JSON, which may hold values and is wiped. */
  HttpAnswer send(String method, String target, String type, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    try {
      return send(method, target, type, body);
    } finally {
      Arrays.fill(body, (byte) 0);
    }
  }

  /** Any answer but 401; after the first 401 the credentials are read again. */
  private HttpAnswer send(String method, String target, String type, byte[] body) {
    KubeUser.Access first = access();
    HttpAnswer answer = once(first, method, target, type, body);
    if (answer.status() != 401) {
      return answer;
    }
    answer.close();
    forget(first);
    HttpAnswer second = once(access(), method, target, type, body);
    if (second.status() != 401) {
      return second;
    }
    try (second) {
      throw failed(second, target);
    }
  }

  private HttpAnswer once(
      KubeUser.Access with, String method, String target, String type, byte[] body) {
    HttpCall call =
        HttpCall.of(config().origin(), method, config().base() + target)
            .header("Accept", "application/json")
            .over(with.tls())
            .maxAnswer(MOST_ANSWER_BYTES);
    if (!with.token().isEmpty()) {
      call.header("Authorization", "Bearer " + with.token());
    }
    if (body.length > 0) {
      call.body(type, body);
    }
    return surroundings.http().send(call);
  }

  JsonObject json(HttpAnswer answer) {
    return JsonAnswers.object(answer, SERVICE);
  }

  /** The reason in a {@code Status}: {@code NotFound}, {@code Forbidden}, {@code Expired}. */
  static String reason(HttpAnswer answer) {
    return JsonAnswers.machineCode(answer, "reason");
  }

  PaleException failed(HttpAnswer answer, String target) {
    int query = target.indexOf('?');
    return JsonAnswers.failed(
        SERVICE + " at " + config().origin(),
        query < 0 ? target : target.substring(0, query),
        answer,
        reason(answer),
        "check the roles of the user: kubectl auth can-i get secrets");
  }

  @Override
  public synchronized void close() {
    access = null;
    if (config != null) {
      config.user().wipe();
      config = null;
    }
  }
}
