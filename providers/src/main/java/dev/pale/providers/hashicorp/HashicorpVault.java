package dev.pale.providers.hashicorp;

import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.ProviderType;
import dev.pale.providers.spi.Setting;
import dev.pale.providers.spi.Surroundings;
import java.util.List;

/**
 * HashiCorp Vault and OpenBao: KV 1 and 2, and engines that make credentials when they are read
 * ({@code database/creds/role}).
 *
 * <p>Address and token come from the settings, else from the environment as for the {@code vault}
 * and {@code bao} commands. A token that was found in the environment or in {@code ~/.vault-token}
 * goes to no other address than the one that the environment names, when it names one.
 */
public final class HashicorpVault implements ProviderType {
  @Override
  public String kind() {
    return "vault";
  }

  @Override
  public String title() {
    return "HashiCorp Vault and OpenBao: KV 1 and 2, dynamic credentials";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "vault://secret/my-app/db#password",
        "vault://secret/my-app/db?version=3#password",
        "vault://database/creds/readonly#username");
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.optional("address", "the server's address", "VAULT_ADDR, BAO_ADDR"),
        Setting.optional("namespace", "the namespace", "VAULT_NAMESPACE, BAO_NAMESPACE"),
        Setting.credential("token", "a token; else VAULT_TOKEN, BAO_TOKEN or ~/.vault-token"),
        Setting.optional("role_id", "the role's id, to sign in with AppRole", ""),
        Setting.credential("secret_id", "the role's secret id"),
        Setting.credential(
            "wrapped_secret_id", "a wrapping token for the secret id; it can be used once"),
        Setting.optional("approle_mount", "where AppRole is mounted", "approle"),
        Setting.optional("ca_file", "its authority's certificate, PEM", "VAULT_CACERT, BAO_CACERT"),
        Setting.optional("mount", "where the KV engine is mounted, for kv_version", "found out"),
        Setting.optional("kv_version", "1 or 2, where the server does not say", "found out"),
        Setting.optional(
            "revoke_leases",
            "true revokes credentials that were made for a read when the provider is closed",
            "false"));
  }

  @Override
  public boolean worksUnconfigured() {
    return true;
  }

  @Override
  public Provider open(ProviderSettings settings, Surroundings surroundings) {
    return new HashiProvider(HashiSettings.of(settings, surroundings), surroundings);
  }
}
