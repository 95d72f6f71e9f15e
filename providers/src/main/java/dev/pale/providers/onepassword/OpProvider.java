package dev.pale.providers.onepassword;

import dev.pale.formats.json.Json;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Programs;
import dev.pale.providers.spi.Provider;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** 1Password through its own program. Thread-safe. */
final class OpProvider implements Provider {
  private static final byte[] NOTHING = new byte[0];

  private final String scheme;
  private final OpProgram program;

  OpProvider(String scheme, OpProgram program) {
    this.scheme = scheme;
    this.program = program;
  }

  /**
   * All references in one run. When that fails, halves are tried, down to single references: so one
   * that is not there costs a few runs, not one for each of the others.
   */
  @Override
  public Map<Reference, Outcome> read(List<Reference> references) {
    Map<Reference, Outcome> result = new LinkedHashMap<>();
    Map<Reference, OpReference> wanted = new LinkedHashMap<>();
    for (Reference reference : references) {
      try {
        wanted.put(reference, OpReference.parse(reference));
      } catch (PaleException e) {
        result.put(reference, new Outcome.Failed(e));
      }
    }
    try {
      inject(new ArrayList<>(wanted.keySet()), wanted, result);
      return result;
    } catch (PaleException e) {
      for (Outcome outcome : result.values()) {
        if (outcome instanceof Outcome.Found found) {
          found.value().close();
        }
      }
      throw e;
    }
  }

  private void inject(
      List<Reference> some, Map<Reference, OpReference> wanted, Map<Reference, Outcome> result) {
    if (some.isEmpty()) {
      return;
    }
    if (some.size() == 1) {
      Reference only = some.getFirst();
      result.put(only, one(only, text(only, wanted)));
      return;
    }
    InjectTemplate template =
        new InjectTemplate(some.stream().map(each -> text(each, wanted)).toList());
    try (Programs.Result run = program.run(template.text(), "inject")) {
      if (run.status() == 0) {
        List<byte[]> values = template.cut(run.output());
        for (int i = 0; i < some.size(); i++) {
          result.put(some.get(i), found(some.get(i), values.get(i)));
        }
        return;
      }
      OpError error = OpError.of(run.errors());
      if (error.concernsAll()) {
        throw OpProgram.failure(error, run.status());
      }
    }
    int half = some.size() / 2;
    inject(some.subList(0, half), wanted, result);
    inject(some.subList(half, some.size()), wanted, result);
  }

  private static String text(Reference reference, Map<Reference, OpReference> wanted) {
    OpReference parsed = wanted.get(reference);
    return parsed == null ? reference.text() : parsed.text();
  }

  private Outcome one(Reference reference, String text) {
    try (Programs.Result run = program.run(NOTHING, "read", "--no-newline", text)) {
      if (run.status() == 0) {
        return found(reference, run.output().clone());
      }
      OpError error = OpError.of(run.errors());
      return switch (error.kind()) {
        case MISSING -> new Outcome.Missing("no such vault, item, section, field or file");
        case AMBIGUOUS ->
            new Outcome.Failed(
                PaleException.of(
                    628,
                    reference.text() + " is ambiguous",
                    error.count() > 1
                        ? error.count() + " vaults, items or fields match"
                        : "several vaults, items or fields match",
                    "use the id in place of the name"));
        case OTHER ->
            new Outcome.Failed(
                PaleException.of(
                    614,
                    "1Password's program cannot read " + reference.text(),
                    "op ended with status " + run.status(),
                    "see what 'op item get' says about the item"));
        default -> throw OpProgram.failure(error, run.status());
      };
    }
  }

  private static Outcome found(Reference reference, byte[] value) {
    return new Outcome.Found(SecretValue.owning(reference.text(), value));
  }

  /** Of one item, {@code VAULT/ITEM}: the program is too slow to look into all of them. */
  @Override
  public Optional<List<Reference>> list(String under) {
    String[] parts = under.split("/", -1);
    if (parts.length != 2
        || Item.part(parts[0], "").isEmpty()
        || Item.part(parts[1], "").isEmpty()) {
      throw PaleException.of(
          613,
          "not a place in 1Password",
          "it is VAULT/ITEM",
          "a Connect server can list whole vaults");
    }
    try (Programs.Result run =
        program.run(
            NOTHING, "item", "get", "--vault=" + parts[0], "--format=json", "--", parts[1])) {
      if (run.status() != 0) {
        throw OpProgram.failure(OpError.of(run.errors()), run.status());
      }
      List<Reference> result = new ArrayList<>();
      for (String path : new Item(object(run.output())).references(parts[0])) {
        Reference.tryParse(scheme + "://" + path).ifPresent(result::add);
      }
      return Optional.of(result);
    }
  }

  private static JsonObject object(byte[] output) {
    try {
      if (Json.parse(output, "output") instanceof JsonObject object) {
        return object;
      }
    } catch (PaleException e) {
      throw JsonAnswers.notUnderstood("1Password's program", "it is no JSON: " + e.why());
    }
    throw JsonAnswers.notUnderstood("1Password's program", "it is no JSON object");
  }

  @Override
  public Health health() {
    try (Programs.Result run = program.run(NOTHING, "whoami", "--format=json")) {
      if (run.status() != 0) {
        return new Health.Unusable(OpProgram.failure(OpError.of(run.errors()), run.status()));
      }
      JsonObject who = object(run.output());
      String type = JsonAnswers.codeOf(JsonAnswers.text(who, "user_type").orElse("user"));
      String id = JsonAnswers.codeOf(JsonAnswers.text(who, "user_uuid").orElse(""));
      return new Health.Usable((type + " " + id).strip(), "through op");
    } catch (PaleException e) {
      return new Health.Unusable(e);
    }
  }

  @Override
  public void close() {
    program.close();
  }
}
