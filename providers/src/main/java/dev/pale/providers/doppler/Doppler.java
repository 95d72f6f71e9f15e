package dev.pale.providers.doppler;

import dev.pale.providers.rest.Base;
import dev.pale.providers.rest.Credentials;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.ProviderType;
import dev.pale.providers.spi.Setting;
import dev.pale.providers.spi.Surroundings;
import java.util.List;
import java.util.Optional;

/**
 * Doppler, over its own interface (version 3). Reads, lists and writes; one request reads all
 * secrets of a config. Dynamic secrets are never asked for: reading them would make some.
 *
 * <p>Formats: Doppler's public reference. Never run against the real service.
 */
public final class Doppler implements ProviderType {
  /** The kind. */
  public Doppler() {}

  @Override
  public String kind() {
    return "doppler";
  }

  @Override
  public String title() {
    return "Doppler";
  }

  @Override
  public List<String> examples() {
    return List.of("doppler://acme-api/dev/DATABASE_URL");
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.credential("token", "a service token dp.st.…, or a person's"),
        Setting.optional("host", "the API's address", "https://api.doppler.com"));
  }

  /** With {@code DOPPLER_TOKEN}, and {@code DOPPLER_API_HOST} beside it. */
  @Override
  public boolean worksUnconfigured() {
    return true;
  }

  @Override
  public Provider open(ProviderSettings settings, Surroundings surroundings) {
    Credentials credentials = new Credentials(settings, surroundings);
    Optional<String> kept = credentials.kept("token");
    String token =
        kept.or(() -> credentials.variable("DOPPLER_TOKEN"))
            .orElseThrow(() ->
                credentials.none(
                    "neither token nor DOPPLER_TOKEN is set",
                    "pale provider add " + settings.name() + " --kind doppler"));
    Optional<String> host = credentials.setting("host");
    String name = "host";
    if (host.isEmpty() && kept.isEmpty()) {
      host = credentials.variable("DOPPLER_API_HOST");
      name = "DOPPLER_API_HOST";
    }
    Base base = Base.parse(host.orElse("https://api.doppler.com"), name);
    return new DopplerProvider(
        settings.name(), new DopplerClient(surroundings.http(), base, token));
  }
}
