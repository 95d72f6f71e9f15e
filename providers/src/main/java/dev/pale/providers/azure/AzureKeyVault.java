package dev.pale.providers.azure;

import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.ProviderType;
import dev.pale.providers.spi.Setting;
import dev.pale.providers.spi.Surroundings;
import java.util.List;

/** Secrets of Azure Key Vault, API 7.4. */
public final class AzureKeyVault implements ProviderType {
  static final String KIND = "azure-kv";
  static final String VERSION = "api-version=7.4";
  static final List<String> EXAMPLES =
      List.of(
          "azure-kv://my-vault/database-url",
          "azure-kv://my-vault.vault.azure.net/database-url/0123456789abcdef0123456789abcdef");

  /** The kind. */
  public AzureKeyVault() {}

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public String title() {
    return "Azure Key Vault";
  }

  @Override
  public List<String> examples() {
    return EXAMPLES;
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.optional("vault", "vault for lists and for the test of the provider", ""),
        Setting.optional("tenant_id", "the directory; also from AZURE_TENANT_ID", ""),
        Setting.optional("client_id", "the application; also from AZURE_CLIENT_ID", ""),
        Setting.credential("client_secret", "the application's secret; also AZURE_CLIENT_SECRET"),
        Setting.optional(
            "federated_token_file",
            "a file with a token of another issuer; also AZURE_FEDERATED_TOKEN_FILE",
            ""),
        Setting.optional("cloud", "public, china or usgovernment", "public"),
        Setting.optional("vault_address", "one vault at another address", ""),
        Setting.optional("login_address", "another address where tokens come from", ""),
        Setting.optional("metadata_address", "another metadata server", "http://169.254.169.254"));
  }

  @Override
  public boolean worksUnconfigured() {
    return true;
  }

  @Override
  public Provider open(ProviderSettings settings, Surroundings surroundings) {
    Vaults vaults = new Vaults(settings);
    AzureCredentials credentials = new AzureCredentials(settings, surroundings, vaults.cloud());
    return new AzureStore(
        settings, vaults, new AzureApi(vaults, credentials, surroundings), surroundings.clock());
  }
}
