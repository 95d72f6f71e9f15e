package dev.pale.providers.fake;

import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonBoolean;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.fake.FakeAws.Refusal;
import dev.pale.providers.http.JsonAnswers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The Parameter Store's part of {@link FakeAws}. */
public final class FakeAwsParameters {
  private final Map<String, List<String>> parameters = new TreeMap<>();
  private final Map<String, Integer> labels = new TreeMap<>();
  private final Set<String> forbidden = new HashSet<>();
  private boolean endless;

  /** Stores one more version. */
  public synchronized void put(String name, String value) {
    parameters.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
  }

  /** Labels the current version. */
  public synchronized void label(String name, String label) {
    labels.put(name + ":" + label, parameters.get(name).size());
  }

  /** Nobody may read it. */
  public synchronized void forbid(String name) {
    forbidden.add(name);
  }

  /** The current value. */
  public synchronized String value(String name) {
    return parameters.get(name).getLast();
  }

  /** Lists without end. */
  public void endless() {
    endless = true;
  }

  synchronized void answer(String operation, JsonObject in, JsonWriter out) {
    switch (operation) {
      case "GetParameter" -> {
        String selector = FakeAwsSecrets.text(in, "Name");
        check(selector);
        if (!exists(selector)) {
          throw new Refusal(400, "ParameterNotFound");
        }
        out.name("Parameter").beginObject();
        write(selector, in, out);
        out.endObject();
      }
      case "GetParameters" -> many(in, out);
      case "PutParameter" -> store(in, out);
      case "DescribeParameters" -> list(in, out);
      default -> throw new Refusal(400, "UnknownOperationException");
    }
  }

  private void many(JsonObject in, JsonWriter out) {
    List<String> names = FakeAwsSecrets.texts(in, "Names");
    if (names.isEmpty() || names.size() > 10 || new HashSet<>(names).size() != names.size()) {
      throw new Refusal(400, "ValidationException");
    }
    names.forEach(this::check);
    out.name("Parameters").beginArray();
    for (String each : names) {
      if (exists(each)) {
        out.beginObject();
        write(each, in, out);
        out.endObject();
      }
    }
    out.endArray().name("InvalidParameters").beginArray();
    names.stream().filter(each -> !exists(each)).forEach(out::value);
    out.endArray();
  }

  private void check(String selector) {
    if (forbidden.contains(name(selector))) {
      throw new Refusal(400, "AccessDeniedException");
    }
  }

  private static String name(String selector) {
    int colon = selector.indexOf(':');
    return colon < 0 ? selector : selector.substring(0, colon);
  }

  private int version(String selector) {
    int all = parameters.getOrDefault(name(selector), List.of()).size();
    String rest = selector.substring(name(selector).length());
    if (rest.isEmpty()) {
      return all;
    }
    if (rest.matches(":[0-9]+")) {
      return Integer.parseInt(rest.substring(1)) <= all ? Integer.parseInt(rest.substring(1)) : 0;
    }
    return labels.getOrDefault(selector, 0);
  }

  private boolean exists(String selector) {
    return version(selector) > 0;
  }

  private void write(String selector, JsonObject in, JsonWriter out) {
    String name = name(selector);
    boolean decrypt =
        in.members().get("WithDecryption") instanceof JsonBoolean(boolean value) && value;
    String value = parameters.get(name).get(version(selector) - 1);
    out.member("Name", name).member("Type", "SecureString");
    out.member("Value", decrypt ? value : "ENCRYPTED").member("Version", version(selector));
    out.member(
        "ARN", "arn:aws:ssm:" + FakeAws.REGION + ":" + FakeAws.ACCOUNT + ":parameter" + name);
    if (selector.length() > name.length()) {
      out.member("Selector", selector.substring(name.length()));
    }
  }

  private void store(JsonObject in, JsonWriter out) {
    String name = FakeAwsSecrets.text(in, "Name");
    boolean overwrite =
        in.members().get("Overwrite") instanceof JsonBoolean(boolean value) && value;
    if (parameters.containsKey(name) && !overwrite) {
      throw new Refusal(400, "ParameterAlreadyExists");
    }
    if (!FakeAwsSecrets.text(in, "Type").equals("SecureString")
        || (name.indexOf('/') >= 0 && !name.startsWith("/"))) {
      throw new Refusal(400, "ValidationException");
    }
    put(name, FakeAwsSecrets.text(in, "Value"));
    out.member("Version", parameters.get(name).size()).member("Tier", "Standard");
  }

  private void list(JsonObject in, JsonWriter out) {
    List<String> names = new ArrayList<>(parameters.keySet());
    for (JsonValue each : JsonAnswers.items(in, "ParameterFilters")) {
      String prefix = FakeAwsSecrets.texts((JsonObject) each, "Values").getFirst();
      names.removeIf(name -> !name.startsWith(prefix));
    }
    int from = Integer.parseInt(JsonAnswers.text(in, "NextToken").orElse("0"));
    out.name("Parameters").beginArray();
    if (from == 0) {
      names.forEach(name -> out.beginObject().member("Name", name).endObject());
    }
    out.endArray();
    if (endless) {
      out.member("NextToken", Integer.toString(from + 1));
    }
  }
}
