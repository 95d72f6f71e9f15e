package dev.pale.providers;

import dev.pale.providers.aws.ParameterStore;
import dev.pale.providers.aws.SecretsManager;
import dev.pale.providers.azure.AzureKeyVault;
import dev.pale.providers.bitwarden.BitwardenSecrets;
import dev.pale.providers.doppler.Doppler;
import dev.pale.providers.github.GitHubSecrets;
import dev.pale.providers.google.GoogleSecretManager;
import dev.pale.providers.hashicorp.HashicorpVault;
import dev.pale.providers.infisical.Infisical;
import dev.pale.providers.kubernetes.KubernetesSecrets;
import dev.pale.providers.local.LocalStores;
import dev.pale.providers.onepassword.OnePassword;
import dev.pale.providers.spi.ProviderType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The kinds of stores that Pale knows. Thread-safe. */
public final class ProviderTypes {
  private ProviderTypes() {}

  /** All kinds, by name. */
  public static List<ProviderType> all() {
    List<ProviderType> all = new ArrayList<>(LocalStores.all());
    all.add(new AzureKeyVault());
    all.add(new ParameterStore());
    all.add(new SecretsManager());
    all.add(new BitwardenSecrets());
    all.add(new Doppler());
    all.add(new GitHubSecrets());
    all.add(new GoogleSecretManager());
    all.add(new HashicorpVault());
    all.add(new Infisical());
    all.add(new KubernetesSecrets());
    all.add(new OnePassword());
    all.sort(Comparator.comparing(ProviderType::kind));
    return List.copyOf(all);
  }
}
