package dev.pale.providers.fake;

import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonArray;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.fake.FakeAws.Refusal;
import dev.pale.providers.http.JsonAnswers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** Secrets Manager's part of {@link FakeAws}. */
public final class FakeAwsSecrets {
  private final Map<String, List<Version>> secrets = new TreeMap<>();
  private int pageSize = 100;
  private boolean endless;

  private record Version(String id, Optional<String> text, Optional<String> binary) {}

  /** Stores a text under a name. */
  public synchronized void put(String name, String text) {
    add(name, UUID.randomUUID().toString(), Optional.of(text), Optional.empty());
  }

  /** Stores bytes in base64 under a name. */
  public synchronized void putBinary(String name, String base64) {
    add(name, UUID.randomUUID().toString(), Optional.empty(), Optional.of(base64));
  }

  /** The current text. */
  public synchronized String text(String name) {
    return secrets.get(name).getLast().text().orElse("");
  }

  /** The id of the n-th version. */
  public synchronized String versionId(String name, int index) {
    return secrets.get(name).get(index).id();
  }

  /** How many versions a secret has; 0 for none. */
  public synchronized int versions(String name) {
    return secrets.getOrDefault(name, List.of()).size();
  }

  /** Its full name. */
  public static String arn(String name) {
    return "arn:aws:secretsmanager:"
        + FakeAws.REGION
        + ":"
        + FakeAws.ACCOUNT
        + ":secret:"
        + name
        + "-AbCdEf";
  }

  /** Lists so many at a time. */
  public void pageSize(int size) {
    pageSize = size;
  }

  /** Lists without end. */
  public void endless() {
    endless = true;
  }

  private void add(String name, String id, Optional<String> text, Optional<String> binary) {
    List<Version> versions = secrets.computeIfAbsent(name, n -> new ArrayList<>());
    Optional<Version> same = versions.stream().filter(v -> v.id().equals(id)).findFirst();
    if (same.isPresent()) {
      if (!same.get().text().equals(text) || !same.get().binary().equals(binary)) {
        throw new Refusal(400, "ResourceExistsException");
      }
      return;
    }
    versions.add(new Version(id, text, binary));
  }

  synchronized void answer(String operation, JsonObject in, JsonWriter out) {
    switch (operation) {
      case "GetSecretValue" -> {
        String name = find(text(in, "SecretId"));
        write(name, version(name, in), out);
      }
      case "BatchGetSecretValue" -> batch(in, out);
      case "ListSecrets" -> list(in, out);
      case "CreateSecret" -> {
        String name = text(in, "Name");
        if (secrets.containsKey(name)) {
          throw new Refusal(400, "ResourceExistsException");
        }
        store(name, in, out);
      }
      case "PutSecretValue" -> store(find(text(in, "SecretId")), in, out);
      default -> throw new Refusal(400, "UnknownOperationException");
    }
  }

  private void store(String name, JsonObject in, JsonWriter out) {
    String token = JsonAnswers.text(in, "ClientRequestToken").orElse("");
    Optional<String> text = JsonAnswers.text(in, "SecretString");
    Optional<String> binary = JsonAnswers.text(in, "SecretBinary");
    if (token.length() < 32 || token.length() > 64 || text.isPresent() == binary.isPresent()) {
      throw new Refusal(400, "InvalidParameterException");
    }
    add(name, token, text, binary);
    out.member("ARN", arn(name)).member("Name", name).member("VersionId", token);
  }

  private String find(String id) {
    for (String name : secrets.keySet()) {
      String arn = arn(name);
      if (id.equals(name) || id.equals(arn) || id.equals(arn.substring(0, arn.length() - 7))) {
        return name;
      }
    }
    throw new Refusal(400, "ResourceNotFoundException");
  }

  private Version version(String name, JsonObject in) {
    List<Version> versions = secrets.get(name);
    Optional<String> id = JsonAnswers.text(in, "VersionId");
    String stage = JsonAnswers.text(in, "VersionStage").orElse("AWSCURRENT");
    if (id.isPresent()) {
      return versions.stream()
          .filter(v -> v.id().equals(id.get()))
          .findFirst()
          .orElseThrow(() -> new Refusal(400, "ResourceNotFoundException"));
    }
    if (stage.equals("AWSCURRENT")) {
      return versions.getLast();
    }
    if (stage.equals("AWSPREVIOUS") && versions.size() > 1) {
      return versions.get(versions.size() - 2);
    }
    throw new Refusal(400, "ResourceNotFoundException");
  }

  private static void write(String name, Version version, JsonWriter out) {
    out.member("ARN", arn(name)).member("Name", name).member("VersionId", version.id());
    version.text().ifPresent(text -> out.member("SecretString", text));
    version.binary().ifPresent(base64 -> out.member("SecretBinary", base64));
    out.name("VersionStages").beginArray().value("AWSCURRENT").endArray();
    out.name("CreatedDate").value(1763640000.5);
  }

  private void batch(JsonObject in, JsonWriter out) {
    List<String> ids = texts(in, "SecretIdList");
    if (ids.isEmpty() || ids.size() > 20) {
      throw new Refusal(400, "InvalidParameterException");
    }
    List<String> missing = new ArrayList<>();
    out.name("SecretValues").beginArray();
    for (String id : ids) {
      try {
        String name = find(id);
        out.beginObject();
        write(name, secrets.get(name).getLast(), out);
        out.endObject();
      } catch (Refusal refusal) {
        missing.add(id);
      }
    }
    out.endArray().name("Errors").beginArray();
    for (String id : missing) {
      out.beginObject().member("SecretId", id).member("ErrorCode", "ResourceNotFoundException");
      out.member("Message", "no " + ProviderContract.SENTINEL).endObject();
    }
    out.endArray();
  }

  private void list(JsonObject in, JsonWriter out) {
    List<String> names = new ArrayList<>(secrets.keySet());
    for (JsonValue each : JsonAnswers.items(in, "Filters")) {
      String prefix = texts((JsonObject) each, "Values").getFirst();
      names.removeIf(name -> !name.startsWith(prefix));
    }
    int from = Integer.parseInt(JsonAnswers.text(in, "NextToken").orElse("0"));
    int to = Math.min(names.size(), from + pageSize);
    out.name("SecretList").beginArray();
    for (String name : names.subList(Math.min(from, names.size()), to)) {
      out.beginObject().member("ARN", arn(name)).member("Name", name).endObject();
    }
    out.endArray();
    if (to < names.size() || endless) {
      out.member("NextToken", Integer.toString(endless ? from + 1 : to));
    }
  }

  static String text(JsonObject in, String name) {
    return JsonAnswers.text(in, name)
        .orElseThrow(() -> new Refusal(400, "InvalidParameterException"));
  }

  static List<String> texts(JsonObject in, String name) {
    return JsonAnswers.at(in, name)
        .map(value ->
            ((JsonArray) value).items().stream().map(i -> ((JsonString) i).text()).toList())
        .orElse(List.of());
  }
}
