package dev.pale.providers;

import dev.pale.providers.aws.AwsKms;
import dev.pale.providers.azure.AzureKeyService;
import dev.pale.providers.google.GoogleKeyService;
import dev.pale.providers.hashicorp.HashicorpTransit;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Surroundings;
import dev.pale.sops.KeyService;
import java.util.List;

/** What unwraps data keys of SOPS files over the network. Thread-safe. */
public final class KeyServices {
  private KeyServices() {}

  /**
   * The services, with the user's environment alone; none of them does anything before it is asked.
   */
  public static List<KeyService> remote(Surroundings surroundings) {
    return List.of(
        new AwsKms(ProviderSettings.none("aws-kms"), surroundings),
        new HashicorpTransit(ProviderSettings.none("vault"), surroundings),
        new GoogleKeyService(ProviderSettings.none("gcp-sm"), surroundings),
        new AzureKeyService(ProviderSettings.none("azure-kv"), surroundings));
  }
}
