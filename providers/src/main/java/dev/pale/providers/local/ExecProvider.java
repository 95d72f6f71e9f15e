package dev.pale.providers.local;

import dev.pale.formats.json.Json;
import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonBoolean;
import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Programs;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A program that speaks Pale's own protocol: one JSON request, one JSON answer, then its end. The
 * protocol is in {@code docs/provider-protocol.md}.
 */
final class ExecProvider implements Provider {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MOST_BYTES = 16 << 20;
  private static final int MOST_ENTRIES = 10_000;
  private static final int VERSION = 1;

  private final ProviderSettings settings;
  private final Pinned program;
  private final Programs programs;

  ExecProvider(ProviderSettings settings, Pinned program, Programs programs) {
    this.settings = settings;
    this.program = program;
    this.programs = programs;
  }

  @Override
  public Map<Reference, Outcome> read(List<Reference> references) {
    Map<Reference, Outcome> outcomes = new LinkedHashMap<>();
    if (references.isEmpty()) {
      return outcomes;
    }
    JsonObject answer =
        ask(
            "read",
            request -> {
              request.name("references").beginArray();
              references.forEach(each -> request.value(each.text()));
              request.endArray();
            });
    Map<String, Reference> asked = new LinkedHashMap<>();
    references.forEach(each -> asked.put(each.text(), each));
    for (JsonValue each : JsonAnswers.items(answer, "results")) {
      if (!(each instanceof JsonObject result)) {
        throw odd("a result is no object");
      }
      Reference reference = asked.remove(JsonAnswers.text(result, "reference").orElse(""));
      if (reference == null) {
        outcomes.values().forEach(ExecProvider::wipe);
        throw odd("a result is for a reference that was not asked for, or was answered already");
      }
      outcomes.put(reference, outcome(result, reference));
    }
    asked
        .values()
        .forEach(each -> outcomes.put(each, new Outcome.Failed(odd("it leaves this one out"))));
    return outcomes;
  }

  private static void wipe(Outcome outcome) {
    if (outcome instanceof Outcome.Found found) {
      found.value().close();
    }
  }

  private Outcome outcome(JsonObject result, Reference reference) {
    JsonValue value = result.members().get("value");
    if (value instanceof JsonString text) {
      return new Outcome.Found(
          SecretValue.owning(reference.text(), text.text().getBytes(StandardCharsets.UTF_8)));
    }
    Optional<String> base64 = JsonAnswers.text(result, "base64");
    if (base64.isPresent()) {
      try {
        return new Outcome.Found(
            SecretValue.owning(reference.text(), Base64.getDecoder().decode(base64.get())));
      } catch (IllegalArgumentException e) {
        return new Outcome.Failed(odd("base64 is none"));
      }
    }
    if (result.members().get("missing") instanceof JsonBoolean missing && missing.value()) {
      return new Outcome.Missing("the program says that it is not there");
    }
    String code = JsonAnswers.text(result, "error").map(JsonAnswers::codeOf).orElse("");
    return new Outcome.Failed(failed("it answers with an error" + shown(code)));
  }

  private static String shown(String code) {
    return code.isEmpty() ? "" : " (" + code + ")";
  }

  @Override
  public Optional<List<Reference>> list(String under) {
    JsonObject answer = ask("list", request -> request.member("under", under));
    if (JsonAnswers.at(answer, "references").isEmpty()) {
      return Optional.empty();
    }
    List<Reference> all = new ArrayList<>();
    for (JsonValue each : JsonAnswers.items(answer, "references")) {
      Optional<Reference> reference =
          each instanceof JsonString text ? Reference.tryParse(text.text()) : Optional.empty();
      if (reference.isEmpty() || !reference.get().scheme().equals(settings.name())) {
        throw odd("it lists what is no reference of this provider");
      }
      all.add(reference.get());
      if (all.size() > MOST_ENTRIES) {
        throw PaleException.of(
            604, "the list does not come to an end", "more than " + MOST_ENTRIES + " entries", "");
      }
    }
    return Optional.of(all);
  }

  @Override
  public Health health() {
    try {
      JsonObject answer = ask("health", request -> {});
      String identity = JsonAnswers.text(answer, "identity").map(JsonAnswers::codeOf).orElse("");
      return new Health.Usable(identity, "program " + program.file());
    } catch (PaleException e) {
      return new Health.Unusable(e);
    }
  }

  private JsonObject ask(String op, Consumer<JsonWriter> more) {
    JsonWriter request = new JsonWriter().beginObject().member("pale", VERSION).member("op", op);
    more.accept(request);
    byte[] line = (request.endObject() + "\n").getBytes(StandardCharsets.UTF_8);
    List<String> command = List.of(program.checked().toString());
    try (Programs.Result result =
        programs.run(command, SummonProvider.credential(settings), line, PATIENCE, MOST_BYTES)) {
      if (result.status() != 0) {
        throw failed("it ended with status " + result.status());
      }
      JsonValue answer;
      try {
        answer = Json.parse(result.output(), "answer");
      } catch (PaleException e) {
        throw odd("its answer is no JSON: " + e.why());
      }
      if (!(answer instanceof JsonObject object)
          || !(object.members().get("pale") instanceof JsonNumber version)
          || !version.literal().equals(Integer.toString(VERSION))) {
        throw odd("its answer is no object with \"pale\": " + VERSION);
      }
      String code = JsonAnswers.text(object, "error").map(JsonAnswers::codeOf).orElse("");
      if (object.members().containsKey("error")) {
        throw failed("it answers with an error" + shown(code));
      }
      return object;
    }
  }

  private PaleException failed(String why) {
    return PaleException.of(
        637,
        "the program of provider " + settings.name() + " does not do what was asked",
        why,
        "run it by hand to see why");
  }

  private PaleException odd(String why) {
    return PaleException.of(
        637,
        "the program of provider " + settings.name() + " does not keep to the protocol",
        why,
        "see docs/provider-protocol.md");
  }

  @Override
  public void close() {
    settings.close();
  }
}
