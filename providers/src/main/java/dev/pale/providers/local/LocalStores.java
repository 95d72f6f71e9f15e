package dev.pale.providers.local;

import dev.pale.providers.spi.ProviderType;
import java.util.List;

/** The kinds of stores on this machine. Thread-safe. */
public final class LocalStores {
  private LocalStores() {}

  /** All of them, by name. */
  public static List<ProviderType> all() {
    return List.of(
        new AgeType(),
        new EnvType(),
        new ExecType(),
        PassType.gopass(),
        new KeychainType(),
        PassType.pass());
  }
}
