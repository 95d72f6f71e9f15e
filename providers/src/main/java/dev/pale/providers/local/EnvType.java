package dev.pale.providers.local;

import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.ProviderType;
import dev.pale.providers.spi.Setting;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Variables of the caller's environment: {@code env://NAME}. */
final class EnvType implements ProviderType {
  @Override
  public String kind() {
    return "env";
  }

  @Override
  public String title() {
    return "Variables of the caller's environment";
  }

  @Override
  public List<String> examples() {
    return List.of("env://DATABASE_URL");
  }

  @Override
  public List<Setting> settings() {
    return List.of();
  }

  @Override
  public boolean worksUnconfigured() {
    return true;
  }

  @Override
  public Provider open(ProviderSettings settings, Surroundings surroundings) {
    return new EachProvider() {
      @Override
      Map<Reference, Outcome> readPlace(String path, List<Reference> references) {
        Map<Reference, Outcome> outcomes = new LinkedHashMap<>();
        for (Reference each : references) {
          if (!path.matches("[A-Za-z_][A-Za-z0-9_]{0,254}")
              || !each.query().isEmpty()
              || !each.fragment().isEmpty()) {
            outcomes.put(
                each,
                new Outcome.Failed(
                    Places.malformed("it names no variable", "write it as env://NAME")));
            continue;
          }
          String value = surroundings.variables().get(path);
          outcomes.put(
              each,
              value.isEmpty()
                  ? new Outcome.Missing("the variable is not set, or empty")
                  : new Outcome.Found(
                      SecretValue.owning(path, value.getBytes(StandardCharsets.UTF_8))));
        }
        return outcomes;
      }

      @Override
      public Health health() {
        return new Health.Usable("", "the caller's environment");
      }
    };
  }
}
