package dev.pale.providers.aws;

import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.aws.AwsEndpoints.Service;
import dev.pale.providers.spi.Writer;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Pattern;

/** Writes each value as a SecureString, {@code place/NAME}. */
final class ParameterStoreWriter implements Writer {
  private static final Pattern PLACE = Pattern.compile("(/[A-Za-z0-9_.-]{1,256}){0,14}/?");
  private static final int STANDARD_BYTES = 4096;
  private static final int MOST_BYTES = 8192;

  private final AwsAccess access;
  private final ParameterStoreProvider reader;
  private final String kmsKey;

  ParameterStoreWriter(AwsAccess access, ParameterStoreProvider reader, String kmsKey) {
    this.access = access;
    this.reader = reader;
    this.kmsKey = kmsKey;
  }

  @Override
  public String placeExample() {
    return "/prod/my-app";
  }

  @Override
  public Map<SecretName, Present> compare(String at, SortedMap<SecretName, SecretValue> values) {
    String place = checked(at);
    List<String> names = new ArrayList<>();
    values.keySet().forEach(name -> names.add(Place.join(place, name)));
    Map<String, Got> got = reader.read(names);
    Map<SecretName, Present> answers = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> answers.put(name, Place.compare(got.get(Place.join(place, name)), value)));
    got.values().forEach(Got::wipe);
    return answers;
  }

  @Override
  public void write(String at, SortedMap<SecretName, SecretValue> values) {
    String place = checked(at);
    Map<SecretName, String> texts = new LinkedHashMap<>();
    values.forEach((name, value) -> {
      Place.checkSize(name, value, MOST_BYTES);
      texts.put(name, Place.text(name, value));
    });
    List<SecretName> written = new ArrayList<>();
    texts.forEach((name, text) -> {
      try {
        put(Place.join(place, name), text);
      } catch (PaleException e) {
        throw Place.halfWritten(written, name, e);
      }
      written.add(name);
    });
  }

  private void put(String name, String value) {
    JsonWriter body =
        new JsonWriter()
            .beginObject()
            .member("Name", name)
            .member("Value", value)
            .member("Type", "SecureString")
            .member("Overwrite", true);
    if (value.getBytes(StandardCharsets.UTF_8).length > STANDARD_BYTES) {
      // AWS charges for these.
      body.member("Tier", "Advanced");
    }
    if (!kmsKey.isEmpty()) {
      body.member("KeyId", kmsKey);
    }
    try (AwsReply reply =
        access.ask(
            Service.SSM, access.region(), "AmazonSSM.PutParameter", body.endObject().toString())) {
      if (!reply.isOk()) {
        throw reply.failure("writing parameter " + name);
      }
    }
  }

  private static String checked(String at) {
    if (!PLACE.matcher(at).matches() || at.startsWith("/aws") || at.startsWith("/ssm")) {
      throw PaleException.of(
          613,
          "not a place in the Parameter Store",
          "/path of letters, digits and _.-, not below /aws or /ssm",
          "for instance /prod/my-app");
    }
    return at;
  }
}
