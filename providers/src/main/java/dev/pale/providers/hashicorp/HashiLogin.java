package dev.pale.providers.hashicorp;

import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the token comes from: the settings, AppRole, the environment, {@code ~/.vault-token}, in
 * this order. A token of AppRole lasts as long as the server says and is fetched anew then.
 *
 * <p>Thread-safe.
 */
final class HashiLogin implements AutoCloseable {
  private static final int MOST_TOKEN_BYTES = 64 << 10;
  private static final byte[] NONE = new byte[0];

  private final HashiSettings settings;
  private final HashiClient client;
  private final Surroundings surroundings;
  private @Nullable SecretValue token;
  private @Nullable SecretValue secretId;
  private boolean own;
  private Instant until = Instant.MAX;

  HashiLogin(HashiSettings settings, HashiClient client, Surroundings surroundings) {
    this.settings = settings;
    this.client = client;
    this.surroundings = surroundings;
  }

  /** The token as a header carries it, signing in when there is none yet. */
  synchronized String token() {
    SecretValue there = token;
    if (there == null || !surroundings.clock().instant().isBefore(until)) {
      forget();
      there = found();
      token = there;
    }
    return text(there);
  }

  private static String text(SecretValue value) {
    return new String(value.bytes(Reveal.KEY), StandardCharsets.UTF_8);
  }

  /** Whether the token was fetched here, so that nobody else needs it. */
  synchronized boolean isOwn() {
    return own && token != null;
  }

  private SecretValue found() {
    Optional<SecretValue> set = settings.raw().credential("token");
    if (set.isPresent()) {
      return SecretValue.copyOf("token", set.get().bytes(Reveal.KEY));
    }
    if (settings.raw().text("role_id").isPresent()) {
      return appRole();
    }
    String ambient = HashiSettings.ambient(surroundings, "TOKEN");
    Optional<SecretValue> lying =
        ambient.isEmpty()
            ? file()
            : Optional.of(
                SecretValue.owning("token", ambient.strip().getBytes(StandardCharsets.UTF_8)));
    SecretValue found =
        lying.orElseThrow(() ->
            PaleException.of(
                601,
                "there is no token for " + client.service(),
                "neither the provider's settings nor VAULT_TOKEN nor ~/.vault-token has one",
                "vault login, or pale provider add " + settings.name()));
    if (!settings.takesAmbientToken()) {
      found.close();
      throw PaleException.of(
          601,
          "there is no token for " + client.service(),
          "the one in VAULT_TOKEN or ~/.vault-token belongs to the server in VAULT_ADDR, which is"
              + " another",
          "pale provider add "
              + settings.name()
              + " with a token of its own, or change VAULT_ADDR");
    }
    return found;
  }

  private Optional<SecretValue> file() {
    Path file = surroundings.home().resolve(".vault-token");
    byte[] bytes = NONE;
    try {
      if (!Files.isRegularFile(file)) {
        return Optional.empty();
      }
      Object owner = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      if (!(owner instanceof Integer uid) || uid.longValue() != surroundings.uid()) {
        throw PaleException.of(
            601, "~/.vault-token belongs to another user", "", "remove it and run vault login");
      }
      try (InputStream in = Files.newInputStream(file)) {
        bytes = in.readNBytes(MOST_TOKEN_BYTES);
      }
      String text = new String(bytes, StandardCharsets.UTF_8).strip();
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(SecretValue.owning("token", text.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw PaleException.of(601, "~/.vault-token cannot be read", "", "check its permissions");
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private SecretValue appRole() {
    JsonWriter request =
        new JsonWriter().beginObject().member("role_id", settings.raw().required("role_id"));
    Optional<SecretValue> wrapped = settings.raw().credential("wrapped_secret_id");
    Optional<SecretValue> plain = settings.raw().credential("secret_id");
    if (wrapped.isPresent()) {
      SecretValue kept = secretId;
      if (kept == null) {
        kept =
            SecretValue.owning(
                "secret_id", unwrapped(wrapped.get()).getBytes(StandardCharsets.UTF_8));
        secretId = kept;
      }
      request.member("secret_id", text(kept));
    } else if (plain.isPresent()) {
      request.member("secret_id", text(plain.get()));
    }
    byte[] body = request.endObject().toString().getBytes(StandardCharsets.UTF_8);
    String path = "auth/" + HashiPath.encoded(settings.appRoleMount()) + "/login";
    try (HttpAnswer answer = client.send(client.call("POST", path, "", body))) {
      if (!answer.isOk()) {
        throw JsonAnswers.failed(
            client.service(), "a token for the AppRole", answer, "", "check role_id and secret_id");
      }
      JsonObject envelope = client.envelope(answer);
      String fresh =
          JsonAnswers.text(envelope, "auth", "client_token")
              .orElseThrow(() -> JsonAnswers.notUnderstood(client.service(), "it has no token"));
      JsonValue seconds =
          JsonAnswers.at(envelope, "auth", "lease_duration").orElse(new JsonNumber("0"));
      until = end(seconds);
      own = true;
      return SecretValue.owning("token", fresh.getBytes(StandardCharsets.UTF_8));
    } finally {
      Arrays.fill(body, (byte) 0);
    }
  }

  /** A little before the token's end; a token without an end has a duration of 0. */
  private Instant end(JsonValue duration) {
    if (duration instanceof JsonNumber number && number.literal().matches("[1-9][0-9]{0,8}")) {
      long seconds = number.asLong();
      return surroundings.clock().instant().plus(Duration.ofSeconds(seconds - seconds / 10));
    }
    return Instant.MAX;
  }

  /**
   * Takes the secret id out of its wrapping, which works once. Where it was made is asked first:
   * whoever took the real one and wrapped another would be seen.
   */
  private String unwrapped(SecretValue wrapping) {
    String text = text(wrapping).strip();
    byte[] body =
        new JsonWriter()
            .beginObject()
            .member("token", text)
            .endObject()
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    try (HttpAnswer answer = client.send(client.call("POST", "sys/wrapping/lookup", "", body))) {
      if (!answer.isOk()) {
        throw spent(answer.status());
      }
      String made = JsonAnswers.text(client.envelope(answer), "data", "creation_path").orElse("");
      String expected = "auth/" + settings.appRoleMount() + "/role/";
      if (!made.startsWith(expected) || !made.endsWith("/secret-id")) {
        throw PaleException.of(
            611,
            "the wrapped secret id was not made by AppRole",
            "something else was wrapped: the real one may have been taken on its way",
            "treat the role's secret id as stolen: destroy it and make a new one");
      }
    } finally {
      Arrays.fill(body, (byte) 0);
    }
    try (HttpAnswer answer = client.send(client.call("POST", "sys/wrapping/unwrap", text, NONE))) {
      if (!answer.isOk()) {
        throw spent(answer.status());
      }
      return JsonAnswers.text(client.envelope(answer), "data", "secret_id")
          .orElseThrow(() -> JsonAnswers.notUnderstood(client.service(), "it has no secret_id"));
    }
  }

  private PaleException spent(int status) {
    return PaleException.of(
        611,
        client.service() + " does not unwrap the secret id",
        "status " + status + "; a wrapping works once and for a short time",
        "wrap a new secret id; when nobody used the old one, treat it as stolen");
  }

  private void forget() {
    SecretValue old = token;
    if (old != null) {
      old.close();
    }
    token = null;
    own = false;
    until = Instant.MAX;
  }

  @Override
  public synchronized void close() {
    forget();
    SecretValue kept = secretId;
    if (kept != null) {
      kept.close();
    }
    secretId = null;
  }
}
