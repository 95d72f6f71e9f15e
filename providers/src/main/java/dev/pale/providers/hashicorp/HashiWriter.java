package dev.pale.providers.hashicorp;

import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.spi.Writer;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes fields of one secret. Other fields of it stay. With KV 2 the version that was read is part
 * of the request (check-and-set), so that a write between reading and writing is not lost but
 * merged; KV 1 has nothing of the kind.
 */
final class HashiWriter implements Writer {
  private static final byte[] NONE = new byte[0];
  private static final int MOST_ROUNDS = 4;

  private final HashiClient client;
  private final HashiLogin login;
  private final HashiMounts mounts;

  HashiWriter(HashiClient client, HashiLogin login, HashiMounts mounts) {
    this.client = client;
    this.login = login;
    this.mounts = mounts;
  }

  /** The fields as they are, and the version to be replaced; 0 when nothing was ever written. */
  private record Current(JsonObject fields, long version) {}

  @Override
  public String placeExample() {
    return "secret/my-app";
  }

  @Override
  public Map<SecretName, Present> compare(String at, SortedMap<SecretName, SecretValue> values) {
    String path = HashiPath.checked(at);
    JsonObject there = current(path, mount(path)).fields();
    Map<SecretName, Present> all = new TreeMap<>();
    values.forEach((name, value) -> all.put(name, compare(there, name, value)));
    return all;
  }

  private static Present compare(JsonObject there, SecretName name, SecretValue value) {
    JsonValue field = there.members().get(name.text());
    if (field == null) {
      return Present.ABSENT;
    }
    if (!(field instanceof JsonString string)) {
      return Present.DIFFERENT;
    }
    try (SecretValue present =
        SecretValue.owning("present", string.text().getBytes(StandardCharsets.UTF_8))) {
      return present.equals(value) ? Present.SAME : Present.DIFFERENT;
    }
  }

  @Override
  public void write(String at, SortedMap<SecretName, SecretValue> values) {
    String path = HashiPath.checked(at);
    HashiMounts.Mount mount = mount(path);
    Map<String, String> texts = texts(values);
    Current current = current(path, mount);
    for (int round = 1; ; round++) {
      if (holdsAll(current.fields(), texts)) {
        return;
      }
      try (HttpAnswer answer = put(path, mount, current, texts)) {
        if (answer.isOk()) {
          return;
        }
        // 400 is also the answer to another version than the current one. Its sentence is the only
        // difference, so what tells is whether there is another version now.
        Current now = answer.status() == 400 ? current(path, mount) : current;
        if (now.version() == current.version() || round == MOST_ROUNDS) {
          throw client.failed(answer, "a new version of " + path);
        }
        current = now;
      }
    }
  }

  private static boolean holdsAll(JsonObject there, Map<String, String> texts) {
    for (Map.Entry<String, String> each : texts.entrySet()) {
      if (!(there.members().get(each.getKey()) instanceof JsonString string)
          || !string.text().equals(each.getValue())) {
        return false;
      }
    }
    return true;
  }

  private HashiMounts.Mount mount(String path) {
    HashiMounts.Mount mount = mounts.of(path);
    if (mount.kind() == HashiMounts.Kind.OTHER) {
      throw PaleException.of(
          613, "the place is not in a KV engine", "only KV keeps what is written", "secret/my-app");
    }
    return mount;
  }

  private Current current(String path, HashiMounts.Mount mount) {
    boolean kv2 = mount.kind() == HashiMounts.Kind.KV2;
    try (HttpAnswer answer =
        client.send(client.call("GET", target(path, mount), login.token(), NONE))) {
      if (!answer.isOk() && answer.status() != 404) {
        throw client.failed(answer, path);
      }
      JsonObject envelope = client.envelope(answer);
      JsonObject fields =
          (kv2
                  ? JsonAnswers.inside(envelope, "data", "data")
                  : JsonAnswers.inside(envelope, "data"))
              .orElse(JsonObjects.EMPTY);
      long version =
          JsonAnswers.at(envelope, "data", "metadata", "version")
              .filter(JsonNumber.class::isInstance)
              .map(value -> ((JsonNumber) value).literal())
              .filter(literal -> kv2 && literal.matches("[0-9]{1,18}"))
              .map(Long::parseLong)
              .orElse(0L);
      return new Current(fields, version);
    }
  }

  private static String target(String path, HashiMounts.Mount mount) {
    return HashiPath.encoded(
        mount.kind() == HashiMounts.Kind.KV2 ? mount.path() + "data/" + mount.rest(path) : path);
  }

  private HttpAnswer put(
      String path, HashiMounts.Mount mount, Current current, Map<String, String> texts) {
    Map<String, JsonValue> merged = new LinkedHashMap<>(current.fields().members());
    texts.forEach((name, text) -> merged.put(name, new JsonString(text)));
    JsonWriter json = new JsonWriter();
    if (mount.kind() == HashiMounts.Kind.KV2) {
      json.beginObject()
          .name("options")
          .beginObject()
          .member("cas", current.version())
          .endObject()
          .name("data")
          .value(new JsonObject(merged))
          .endObject();
    } else {
      json.value(new JsonObject(merged));
    }
    byte[] body = json.toString().getBytes(StandardCharsets.UTF_8);
    try {
      // Sent again it changes nothing: the version has moved on, or the same is written twice.
      return client.send(
          client.call("POST", target(path, mount), login.token(), body).repeatable());
    } finally {
      Arrays.fill(body, (byte) 0);
    }
  }

  private static Map<String, String> texts(SortedMap<SecretName, SecretValue> values) {
    Map<String, String> texts = new LinkedHashMap<>();
    values.forEach((name, value) -> {
      try {
        texts.put(
            name.text(),
            StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(value.bytes(Reveal.EXPORT)))
                .toString());
      } catch (CharacterCodingException e) {
        throw PaleException.of(
            616,
            "secret " + name.text() + " cannot be kept in Vault",
            "it is no text in UTF-8, and JSON has nothing else",
            "keep it in base64");
      }
    });
    return texts;
  }
}
