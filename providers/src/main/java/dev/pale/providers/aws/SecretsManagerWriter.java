package dev.pale.providers.aws;

import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.aws.AwsEndpoints.Service;
import dev.pale.providers.aws.SecretsManagerReader.Wanted;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Writer;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Writes each value as a secret of its own, {@code place/NAME}, or, where the place ends in {@code
 * #}, all of them as members of the one secret of that name, whose other members stay.
 */
final class SecretsManagerWriter implements Writer {
  private static final Pattern PLACE = Pattern.compile("[A-Za-z0-9/_+=.@-]{0,256}");
  private static final int MOST_BYTES = 65_536;

  private final AwsAccess access;
  private final SecretsManagerReader reader;
  private final String kmsKey;

  SecretsManagerWriter(AwsAccess access, SecretsManagerReader reader, String kmsKey) {
    this.access = access;
    this.reader = reader;
    this.kmsKey = kmsKey;
  }

  @Override
  public String placeExample() {
    return "prod/my-app";
  }

  @Override
  public Map<SecretName, Present> compare(String at, SortedMap<SecretName, SecretValue> values) {
    Map<SecretName, Present> answers = new LinkedHashMap<>();
    if (at.endsWith("#")) {
      Optional<JsonObject> there = members(secretName(at));
      values.forEach((name, value) -> answers.put(name, compare(there, name, value)));
      return answers;
    }
    Map<SecretName, Wanted> wanted = new LinkedHashMap<>();
    values.keySet().forEach(name -> wanted.put(name, current(Place.join(checked(at), name))));
    Map<Wanted, Got> got = reader.read(wanted.values());
    wanted.forEach(
        (name, one) -> answers.put(name, Place.compare(got.get(one), value(values, name))));
    got.values().forEach(Got::wipe);
    return answers;
  }

  private static Present compare(Optional<JsonObject> there, SecretName name, SecretValue value) {
    JsonValue found = there.map(object -> object.members().get(name.text())).orElse(null);
    if (found == null) {
      return Present.ABSENT;
    }
    if (!(found instanceof JsonString string)) {
      return Present.DIFFERENT;
    }
    return Place.compare(Got.text(string.text()), value);
  }

  @Override
  public void write(String at, SortedMap<SecretName, SecretValue> values) {
    if (at.endsWith("#")) {
      writeMembers(secretName(at), values);
      return;
    }
    String place = checked(at);
    values.forEach((name, value) -> Place.checkSize(name, value, MOST_BYTES));
    List<SecretName> written = new ArrayList<>();
    values.forEach((name, value) -> {
      try {
        put(Place.join(place, name), value.bytes(Reveal.EXPORT));
      } catch (PaleException e) {
        throw Place.halfWritten(written, name, e);
      }
      written.add(name);
    });
  }

  private void writeMembers(String secret, SortedMap<SecretName, SecretValue> values) {
    if (values.isEmpty()) {
      return;
    }
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members(secret).ifPresent(object -> members.putAll(object.members()));
    values.forEach(
        (name, value) -> members.put(name.text(), new JsonString(Place.text(name, value))));
    byte[] json =
        new JsonWriter().value(new JsonObject(members)).toString().getBytes(StandardCharsets.UTF_8);
    try {
      if (json.length > MOST_BYTES) {
        throw PaleException.of(
            616,
            "nothing was written: secret " + secret + " would be too large",
            "Secrets Manager takes 65536 bytes a secret",
            "write each value as a secret of its own: leave out the # behind the place");
      }
      put(secret, json);
    } catch (PaleException e) {
      throw e.code() == 616 ? e : Place.halfWritten(List.of(), values.firstKey(), e);
    } finally {
      Arrays.fill(json, (byte) 0);
    }
  }

  /** The members of a secret; empty when there is none; error 616 for a secret of another form. */
  private Optional<JsonObject> members(String secret) {
    Got got = reader.read(List.of(current(secret))).values().iterator().next();
    try {
      return switch (got) {
        case Got.Value value -> {
          Optional<JsonObject> object = Got.object(value.bytes());
          if (object.isEmpty()) {
            throw PaleException.of(
                616,
                "secret " + secret + " is there and is no JSON object",
                "it is not replaced",
                "choose another place");
          }
          yield object;
        }
        case Got.None(Outcome.Failed failed) -> throw failed.failure();
        case Got.None none -> Optional.empty();
      };
    } finally {
      got.wipe();
    }
  }

  /**
   * A new version of the secret, or the secret. The token makes a repetition of the same request
   * harmless.
   */
  private void put(String secret, byte[] value) {
    String token = UUID.randomUUID().toString();
    String body = body("SecretId", secret, token, value).endObject().toString();
    try (AwsReply reply = ask("PutSecretValue", body)) {
      if (reply.isOk()) {
        return;
      }
      if (!reply.code().equals("ResourceNotFoundException")) {
        throw reply.failure("writing secret " + secret);
      }
    }
    JsonWriter creation = body("Name", secret, token, value);
    if (!kmsKey.isEmpty()) {
      creation.member("KmsKeyId", kmsKey);
    }
    try (AwsReply reply = ask("CreateSecret", creation.endObject().toString())) {
      if (!reply.isOk()) {
        throw reply.failure("creating secret " + secret);
      }
    }
  }

  private AwsReply ask(String operation, String body) {
    return access.ask(
        Service.SECRETS_MANAGER, access.region(), "secretsmanager." + operation, body);
  }

  private static JsonWriter body(String idName, String id, String token, byte[] value) {
    JsonWriter body =
        new JsonWriter().beginObject().member(idName, id).member("ClientRequestToken", token);
    return Place.utf8(value)
        .map(text -> body.member("SecretString", text))
        .orElseGet(() -> body.member("SecretBinary", Base64.getEncoder().encodeToString(value)));
  }

  private static Wanted current(String id) {
    return new Wanted(id, "", "");
  }

  private static SecretValue value(SortedMap<SecretName, SecretValue> values, SecretName name) {
    SecretValue value = values.get(name);
    if (value == null) {
      throw new IllegalStateException("a name without a value");
    }
    return value;
  }

  private static String secretName(String at) {
    String name = checked(at.substring(0, at.length() - 1));
    if (name.isEmpty()) {
      throw refused();
    }
    return name;
  }

  private static String checked(String at) {
    if (!PLACE.matcher(at).matches()) {
      throw refused();
    }
    return at;
  }

  private static PaleException refused() {
    return PaleException.of(
        613,
        "not a place in Secrets Manager",
        "letters, digits and /_+=.@- are expected, at most 256",
        "prod/my-app for a secret each, prod/my-app# for one secret with members");
  }
}
