package dev.pale.providers.local;

import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Programs;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretValue;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A provider of summon: the path is its argument, the value is what it prints. */
final class SummonProvider extends EachProvider {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MOST_BYTES = 1 << 20;
  private static final byte[] NONE = new byte[0];

  private final ProviderSettings settings;
  private final Pinned program;
  private final Programs programs;

  SummonProvider(ProviderSettings settings, Pinned program, Programs programs) {
    this.settings = settings;
    this.program = program;
    this.programs = programs;
  }

  @Override
  Map<Reference, Outcome> readPlace(String path, List<Reference> references) {
    Map<Reference, Outcome> outcomes = new LinkedHashMap<>();
    for (Reference each : references) {
      Places.requireNoQuery(each);
      if (path.startsWith("-")) {
        throw Places.malformed("its path starts with -, which programs take for an option", "");
      }
      String whole = each.fragment().isEmpty() ? path : path + "#" + each.fragment();
      outcomes.put(each, one(whole, each));
    }
    return outcomes;
  }

  private Outcome one(String argument, Reference reference) {
    List<String> command = List.of(program.checked().toString(), argument);
    try (Programs.Result result =
        programs.run(command, credential(settings), NONE, PATIENCE, MOST_BYTES)) {
      if (result.status() != 0) {
        return new Outcome.Failed(
            PaleException.of(
                637,
                "the program of provider " + settings.name() + " gives no value",
                "it ended with status " + result.status(),
                "run it by hand to see why"));
      }
      byte[] output = result.output();
      int end = output.length;
      if (end > 0 && output[end - 1] == '\n') {
        end -= end > 1 && output[end - 2] == '\r' ? 2 : 1;
      }
      return new Outcome.Found(SecretValue.owning(reference.text(), Arrays.copyOf(output, end)));
    }
  }

  /** The variable that hands the program its credential, where there is one. */
  static Map<String, SecretValue> credential(ProviderSettings settings) {
    Optional<SecretValue> credential = settings.credential("credential");
    return credential.isPresent() ? Map.of("PALE_PROVIDER_CREDENTIAL", credential.get()) : Map.of();
  }

  @Override
  public void close() {
    settings.close();
  }

  @Override
  public Health health() {
    try {
      return new Health.Usable("", "program " + program.checked() + ", protocol summon");
    } catch (PaleException e) {
      return new Health.Unusable(e);
    }
  }
}
