package dev.pale.providers;

import dev.pale.providers.azure.AzureKeyVault;
import dev.pale.providers.github.GitHubSecrets;
import dev.pale.providers.google.GoogleSecretManager;
import dev.pale.providers.kubernetes.KubernetesSecrets;
import dev.pale.providers.spi.ProviderType;
import java.util.List;

/** The kinds of stores that Pale knows. Thread-safe. */
public final class ProviderTypes {
  private ProviderTypes() {}

  /** All kinds, by name. */
  public static List<ProviderType> all() {
    return List.of(
        new AzureKeyVault(),
        new GitHubSecrets(),
        new GoogleSecretManager(),
        new KubernetesSecrets());
  }
}
