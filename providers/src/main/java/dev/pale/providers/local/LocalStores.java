package dev.pale.providers.local;

import dev.pale.providers.spi.ProviderType;
import dev.pale.providers.spi.Surroundings;
import dev.pale.sops.KeyService;
import java.util.List;
import java.util.function.Function;

/** The kinds of stores on this machine. Thread-safe. */
public final class LocalStores {
  private LocalStores() {}

  /**
   * All of them, by name.
   *
   * @param remote gives the services that open SOPS files over the network
   */
  public static List<ProviderType> all(Function<Surroundings, List<KeyService>> remote) {
    return List.of(
        new AgeType(),
        new EnvType(),
        new ExecType(),
        PassType.gopass(),
        new KeychainType(),
        PassType.pass(),
        new SopsType(remote));
  }
}
