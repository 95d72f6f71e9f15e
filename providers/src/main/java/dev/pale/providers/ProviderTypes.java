package dev.pale.providers;

import dev.pale.providers.hashicorp.HashicorpVault;
import dev.pale.providers.spi.ProviderType;
import java.util.List;

/** The kinds of stores that Pale knows. Thread-safe. */
public final class ProviderTypes {
  private ProviderTypes() {}

  /** All kinds, by name. */
  public static List<ProviderType> all() {
    return List.of(new HashicorpVault());
  }
}
