package dev.pale.providers;

import dev.pale.providers.bitwarden.BitwardenSecrets;
import dev.pale.providers.doppler.Doppler;
import dev.pale.providers.infisical.Infisical;
import dev.pale.providers.onepassword.OnePassword;
import dev.pale.providers.spi.ProviderType;
import java.util.List;

/** The kinds of stores that Pale knows. Thread-safe. */
public final class ProviderTypes {
  private ProviderTypes() {}

  /** All kinds, by name. */
  public static List<ProviderType> all() {
    return List.of(new BitwardenSecrets(), new Doppler(), new Infisical(), new OnePassword());
  }
}
