package dev.pale.providers;

import dev.pale.providers.azure.AzureKeyService;
import dev.pale.providers.google.GoogleKeyService;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Surroundings;
import dev.pale.sops.KeyService;
import java.util.List;
import java.util.function.Function;

/**
 * What opens the data keys of SOPS files with the keys of services. Nothing is asked before a file
 * needs it. Thread-safe; closing forgets tokens and credentials.
 */
public final class KeyServices implements AutoCloseable {
  private final GoogleKeyService google;
  private final AzureKeyService azure;

  private KeyServices(GoogleKeyService google, AzureKeyService azure) {
    this.google = google;
    this.azure = azure;
  }

  /**
   * The services of a call.
   *
   * @param settings of the provider of a kind ({@code gcp-sm}, {@code azure-kv}), whose credentials
   *     serve its keys too; {@link ProviderSettings#none} for the caller's own environment. What it
   *     returns belongs to this.
   */
  public static KeyServices of(
      Function<String, ProviderSettings> settings, Surroundings surroundings) {
    return new KeyServices(
        new GoogleKeyService(settings.apply("gcp-sm"), surroundings),
        new AzureKeyService(settings.apply("azure-kv"), surroundings));
  }

  /** All of them; each serves one kind of key. */
  public List<KeyService> all() {
    return List.of(google, azure);
  }

  @Override
  public void close() {
    google.close();
    azure.close();
  }
}
