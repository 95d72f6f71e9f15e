package dev.pale.providers.aws;

import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.aws.AwsEndpoints.Service;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.http.Pages;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Writer;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * {@code aws-ssm:///path/name[?version=N|label=L][#member]}, ten at a time. A reference is asked
 * for by its selector: {@code /path/name:3}.
 */
final class ParameterStoreProvider implements Provider {
  private static final int MOST_AT_ONCE = 10;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9/_.-]{1,1011}");
  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,8}");
  private static final Pattern LABEL = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,99}");

  private final ProviderSettings settings;
  private final AwsAccess access;

  ParameterStoreProvider(ProviderSettings settings, AwsAccess access) {
    this.settings = settings;
    this.access = access;
  }

  @Override
  public Map<Reference, Outcome> read(List<Reference> references) {
    Map<Reference, Outcome> outcomes = new LinkedHashMap<>();
    Map<Reference, String> wanted = new LinkedHashMap<>();
    for (Reference each : references) {
      try {
        wanted.put(each, selector(each));
      } catch (PaleException e) {
        outcomes.put(each, new Outcome.Failed(e));
      }
    }
    Map<String, Got> got = read(new LinkedHashSet<>(wanted.values()));
    wanted.forEach((reference, selector) -> {
      Got found = got.get(selector);
      if (found != null) {
        outcomes.put(reference, found.outcome(reference));
      }
    });
    got.values().forEach(Got::wipe);
    return outcomes;
  }

  private static String selector(Reference reference) {
    Map<String, String> parameters = Parameters.of(reference, Set.of("version", "label"));
    String version = parameters.getOrDefault("version", "");
    String label = parameters.getOrDefault("label", "");
    boolean right =
        isName(reference.path())
            && (version.isEmpty() || VERSION.matcher(version).matches())
            && (label.isEmpty() || LABEL.matcher(label).matches())
            && (version.isEmpty() || label.isEmpty());
    if (!right) {
      throw PaleException.of(
          613,
          "the reference is no parameter of the Parameter Store",
          "a name of letters, digits and /_.-, or a parameter's ARN, is expected; after ? a version"
              + " number or a label, not both",
          "for instance aws-ssm:///prod/db?version=3");
    }
    String selected = version + label;
    return selected.isEmpty() ? reference.path() : reference.path() + ":" + selected;
  }

  private static boolean isName(String path) {
    return NAME.matcher(path).matches() || arn(path).isPresent();
  }

  private static Optional<Arn> arn(String path) {
    return Arn.parse(path)
        .filter(arn -> arn.service().equals("ssm") && arn.resource().matches("parameter/[^:]+"));
  }

  /** One answer for each selector; their values belong to the caller. */
  Map<String, Got> read(Collection<String> selectors) {
    Map<String, Got> found = new HashMap<>();
    List<Supplier<Map<String, Got>>> jobs = new ArrayList<>();
    for (List<String> batch : Jobs.batches(List.copyOf(selectors), MOST_AT_ONCE)) {
      jobs.add(() -> many(batch));
    }
    if (!jobs.isEmpty()) {
      Jobs.all(jobs, some -> some.values().forEach(Got::wipe)).forEach(found::putAll);
    }
    return found;
  }

  private Map<String, Got> many(List<String> batch) {
    Map<String, Got> found = new HashMap<>();
    JsonWriter body = new JsonWriter().beginObject().member("WithDecryption", true);
    body.name("Names").beginArray();
    batch.forEach(body::value);
    body.endArray().endObject();
    try (AwsReply reply =
        access.ask(Service.SSM, access.region(), "AmazonSSM.GetParameters", body.toString())) {
      if (reply.isOk()) {
        collect(reply, batch, found);
        return found;
      }
      PaleException failure = reply.failure("parameters");
      if (reply.concernsAll()) {
        throw failure;
      }
      if (batch.size() == 1) {
        boolean absent = reply.code().equals("ParameterNotFound");
        return Map.of(batch.getFirst(), absent ? absent() : Got.failed(failure));
      }
    }
    // One that may not be read spoils the others: each for itself.
    List<Supplier<Map<String, Got>>> single = new ArrayList<>();
    batch.forEach(each -> single.add(() -> many(List.of(each))));
    Jobs.all(single, some -> some.values().forEach(Got::wipe)).forEach(found::putAll);
    return found;
  }

  private Got absent() {
    return Got.missing("there is no such parameter, version or label in " + access.region().name());
  }

  private void collect(AwsReply reply, List<String> batch, Map<String, Got> found) {
    JsonObject answer = reply.object();
    for (JsonValue item : JsonAnswers.items(answer, "Parameters")) {
      if (item instanceof JsonObject parameter) {
        String name = JsonAnswers.text(parameter, "Name").orElse("");
        String arn = JsonAnswers.text(parameter, "ARN").orElse("");
        String selector = JsonAnswers.text(parameter, "Selector").orElse("");
        Got value =
            JsonAnswers.text(parameter, "Value")
                .map(Got::text)
                .orElseGet(() -> Got.failed(reply.notUnderstood("a parameter has no value")));
        boolean taken = false;
        for (String each : batch) {
          boolean same = each.equals(name + selector) || each.equals(arn + selector);
          if (same && !found.containsKey(each)) {
            found.put(each, value);
            taken = true;
          }
        }
        if (!taken) {
          value.wipe();
        }
      }
    }
    for (JsonValue item : JsonAnswers.items(answer, "InvalidParameters")) {
      if (item instanceof JsonValue.JsonString text && batch.contains(text.text())) {
        found.putIfAbsent(text.text(), absent());
      }
    }
    for (String each : batch) {
      found.computeIfAbsent(
          each, left -> Got.failed(reply.notUnderstood("it says nothing about a parameter")));
    }
  }

  @Override
  public Optional<List<Reference>> list(String under) {
    Pages pages = Pages.of("the parameters");
    List<Reference> found = new ArrayList<>();
    String token = "";
    do {
      pages.page(token);
      JsonWriter body = new JsonWriter().beginObject().member("MaxResults", 50);
      if (!token.isEmpty()) {
        body.member("NextToken", token);
      }
      if (!under.isEmpty()) {
        body.name("ParameterFilters").beginArray().beginObject();
        body.member("Key", "Name").member("Option", "BeginsWith");
        body.name("Values").beginArray().value(under).endArray().endObject().endArray();
      }
      String text = body.endObject().toString();
      try (AwsReply reply =
          access.ask(Service.SSM, access.region(), "AmazonSSM.DescribeParameters", text)) {
        if (!reply.isOk()) {
          throw reply.failure("the list of parameters");
        }
        JsonObject answer = reply.object();
        List<JsonValue> items = JsonAnswers.items(answer, "Parameters");
        pages.entries(items.size());
        for (JsonValue item : items) {
          String name =
              item instanceof JsonObject parameter
                  ? JsonAnswers.text(parameter, "Name").orElse("")
                  : "";
          if (name.startsWith(under) && NAME.matcher(name).matches()) {
            found.add(new Reference(settings.name(), name, "", ""));
          }
        }
        token = JsonAnswers.text(answer, "NextToken").orElse("");
      }
    } while (!token.isEmpty());
    return Optional.of(found);
  }

  @Override
  public Optional<Writer> writer() {
    return Optional.of(
        new ParameterStoreWriter(access, this, settings.text("kms_key_id").orElse("")));
  }

  @Override
  public Health health() {
    return access.health("Parameter Store");
  }

  @Override
  public void close() {
    access.close();
    settings.close();
  }

  @Override
  public String toString() {
    return access.toString();
  }
}
