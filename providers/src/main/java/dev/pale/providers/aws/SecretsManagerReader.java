package dev.pale.providers.aws;

import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.aws.AwsEndpoints.Service;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.http.Pages;
import dev.pale.secrets.PaleException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads secrets: those of the current version twenty at a time, others one by one. Where the
 * identity may not read many at once, one by one as well.
 */
final class SecretsManagerReader {
  private static final int MOST_AT_ONCE = 20;
  private static final String PREFIX = "secretsmanager.";

  private final AwsAccess access;

  SecretsManagerReader(AwsAccess access) {
    this.access = access;
  }

  /**
   * One version of one secret.
   *
   * @param id name or ARN
   * @param version empty for none
   * @param stage empty for the current one
   */
  record Wanted(String id, String version, String stage) {
    Optional<Arn> arn() {
      return Arn.parse(id).filter(arn -> arn.service().equals("secretsmanager"));
    }

    boolean isCurrent() {
      return version.isEmpty() && (stage.isEmpty() || stage.equals("AWSCURRENT"));
    }
  }

  /** One answer for each; their values belong to the caller. */
  Map<Wanted, Got> read(Collection<Wanted> all) {
    Map<Wanted, Got> found = new HashMap<>();
    Map<AwsRegion, List<Wanted>> together = new LinkedHashMap<>();
    List<Supplier<Map<Wanted, Got>>> jobs = new ArrayList<>();
    for (Wanted each : all) {
      AwsRegion region;
      try {
        region = region(each);
      } catch (PaleException e) {
        if (each.arn().isEmpty()) {
          throw e;
        }
        found.put(each, Got.failed(e));
        continue;
      }
      if (each.isCurrent()) {
        together.computeIfAbsent(region, r -> new ArrayList<>()).add(each);
      } else {
        jobs.add(() -> Map.of(each, one(each)));
      }
    }
    together.forEach((region, some) -> {
      for (List<Wanted> batch : Jobs.batches(some, MOST_AT_ONCE)) {
        jobs.add(() ->
            batch.size() == 1
                ? Map.of(batch.getFirst(), one(batch.getFirst()))
                : many(region, batch));
      }
    });
    if (!jobs.isEmpty()) {
      Jobs.all(jobs, some -> some.values().forEach(Got::wipe)).forEach(found::putAll);
    }
    return found;
  }

  private AwsRegion region(Wanted wanted) {
    return wanted
        .arn()
        .map(arn -> access.regionOf(arn, Service.SECRETS_MANAGER))
        .orElseGet(access::region);
  }

  private Map<Wanted, Got> many(AwsRegion region, List<Wanted> batch) {
    Map<Wanted, Got> found = new HashMap<>();
    JsonWriter body = new JsonWriter().beginObject().name("SecretIdList").beginArray();
    batch.stream().map(Wanted::id).distinct().forEach(body::value);
    body.endArray().endObject();
    try (AwsReply reply =
        access.ask(
            Service.SECRETS_MANAGER, region, PREFIX + "BatchGetSecretValue", body.toString())) {
      if (reply.isOk()) {
        collect(reply, batch, found);
      } else if (reply.concernsAll()) {
        throw reply.failure("secrets");
      }
    }
    // Not allowed, not known there, too large for one answer, or answered under another name.
    List<Supplier<Map<Wanted, Got>>> rest = new ArrayList<>();
    for (Wanted each : batch) {
      if (!found.containsKey(each)) {
        rest.add(() -> Map.of(each, one(each)));
      }
    }
    try {
      if (!rest.isEmpty()) {
        Jobs.all(rest, some -> some.values().forEach(Got::wipe)).forEach(found::putAll);
      }
    } catch (RuntimeException e) {
      found.values().forEach(Got::wipe);
      throw e;
    }
    return found;
  }

  private static void collect(AwsReply reply, List<Wanted> batch, Map<Wanted, Got> found) {
    JsonObject answer = reply.object();
    for (JsonValue item : JsonAnswers.items(answer, "SecretValues")) {
      if (item instanceof JsonObject secret) {
        for (Wanted each : batch) {
          if (isOf(secret, each.id()) && !found.containsKey(each)) {
            found.put(each, value(secret, reply));
          }
        }
      }
    }
    for (JsonValue item : JsonAnswers.items(answer, "Errors")) {
      if (item instanceof JsonObject error) {
        String id = JsonAnswers.text(error, "SecretId").orElse("");
        String code = JsonAnswers.text(error, "ErrorCode").orElse("");
        for (Wanted each : batch) {
          if (each.id().equals(id) && !found.containsKey(each)) {
            found.put(
                each,
                code.equals("ResourceNotFoundException")
                    ? Got.missing("there is no secret of this name")
                    : Got.failed(reply.partFailure(code, "secret " + id)));
          }
        }
      }
    }
  }

  private Got one(Wanted wanted) {
    AwsRegion region = region(wanted);
    JsonWriter body = new JsonWriter().beginObject().member("SecretId", wanted.id());
    if (!wanted.version().isEmpty()) {
      body.member("VersionId", wanted.version());
    }
    if (!wanted.stage().isEmpty()) {
      body.member("VersionStage", wanted.stage());
    }
    body.endObject();
    try (AwsReply reply =
        access.ask(Service.SECRETS_MANAGER, region, PREFIX + "GetSecretValue", body.toString())) {
      if (reply.code().equals("ResourceNotFoundException")) {
        return Got.missing(
            wanted.isCurrent()
                ? "there is no secret of this name in " + region.name()
                : "there is no such secret, version or stage in " + region.name());
      }
      if (!reply.isOk()) {
        PaleException failure = reply.failure("secret " + wanted.id());
        if (reply.concernsAll()) {
          throw failure;
        }
        return Got.failed(failure);
      }
      JsonObject secret = reply.object();
      return isOf(secret, wanted.id())
          ? value(secret, reply)
          : Got.failed(reply.notUnderstood("it is about another secret"));
    }
  }

  /** An ARN may be asked for without the six characters that AWS adds to the name. */
  private static boolean isOf(JsonObject secret, String id) {
    String arn = JsonAnswers.text(secret, "ARN").orElse("");
    return JsonAnswers.text(secret, "Name").orElse("").equals(id)
        || arn.equals(id)
        || (id.startsWith("arn:") && arn.length() == id.length() + 7 && arn.startsWith(id + "-"));
  }

  private static Got value(JsonObject secret, AwsReply reply) {
    Optional<String> text = JsonAnswers.text(secret, "SecretString");
    if (text.isPresent()) {
      return Got.text(text.get());
    }
    Optional<String> binary = JsonAnswers.text(secret, "SecretBinary");
    if (binary.isPresent()) {
      return StrictBase64.decode(binary.get())
          .<Got>map(Got.Value::new)
          .orElseGet(() -> Got.failed(reply.notUnderstood("SecretBinary is no base64")));
    }
    return Got.failed(reply.notUnderstood("the secret has no value"));
  }

  /** The names of secrets that begin so; error 604 when they do not come to an end. */
  List<String> names(String prefix) {
    Pages pages = Pages.of("the secrets");
    List<String> names = new ArrayList<>();
    String token = "";
    do {
      pages.page(token);
      JsonWriter body = new JsonWriter().beginObject().member("MaxResults", 100);
      if (!token.isEmpty()) {
        body.member("NextToken", token);
      }
      if (!prefix.isEmpty()) {
        body.name("Filters").beginArray().beginObject().member("Key", "name");
        body.name("Values").beginArray().value(prefix).endArray().endObject().endArray();
      }
      body.endObject();
      try (AwsReply reply =
          access.ask(
              Service.SECRETS_MANAGER, access.region(), PREFIX + "ListSecrets", body.toString())) {
        if (!reply.isOk()) {
          throw reply.failure("the list of secrets");
        }
        JsonObject answer = reply.object();
        List<JsonValue> items = JsonAnswers.items(answer, "SecretList");
        pages.entries(items.size());
        for (JsonValue item : items) {
          if (item instanceof JsonObject secret) {
            JsonAnswers.text(secret, "Name")
                .filter(name -> name.startsWith(prefix))
                .ifPresent(names::add);
          }
        }
        token = JsonAnswers.text(answer, "NextToken").orElse("");
      }
    } while (!token.isEmpty());
    return names;
  }
}
