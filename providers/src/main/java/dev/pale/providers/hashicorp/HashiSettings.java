package dev.pale.providers.hashicorp;

import dev.pale.providers.http.Origin;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import java.util.Optional;

/** Settings and environment, checked. Holds the settings, not the credentials. */
final class HashiSettings {
  private final ProviderSettings settings;
  private final Surroundings surroundings;
  private final Origin origin;
  private final int kvVersion;

  private HashiSettings(
      ProviderSettings settings, Surroundings surroundings, Origin origin, int kvVersion) {
    this.settings = settings;
    this.surroundings = surroundings;
    this.origin = origin;
    this.kvVersion = kvVersion;
  }

  static HashiSettings of(ProviderSettings settings, Surroundings surroundings) {
    String ambient = ambientAddress(surroundings);
    Optional<String> own = settings.text("address");
    if (own.isEmpty() && ambient.isEmpty()) {
      throw PaleException.of(
          601,
          "provider " + settings.name() + " has no address",
          "neither its setting address nor VAULT_ADDR is set",
          "export VAULT_ADDR=https://…, or pale provider add "
              + settings.name()
              + " --set address=https://…");
    }
    Origin origin = Origin.parse(own.orElse(ambient), own.isPresent() ? "address" : "VAULT_ADDR");
    int version =
        switch (settings.text("kv_version").orElse("")) {
          case "" -> 0;
          case "1" -> 1;
          case "2" -> 2;
          default ->
              throw PaleException.of(
                  601, "kv_version of provider " + settings.name() + " is not 1 or 2", "", "");
        };
    HashiSettings all = new HashiSettings(settings, surroundings, origin, version);
    all.revokesLeases();
    return all;
  }

  /** The address that the environment names; empty when it names none. */
  static String ambientAddress(Surroundings surroundings) {
    return ambient(surroundings, "ADDR");
  }

  /** A variable in OpenBao's name, else in Vault's. */
  static String ambient(Surroundings surroundings, String name) {
    String bao = surroundings.variables().get("BAO_" + name);
    return bao.isEmpty() ? surroundings.variables().get("VAULT_" + name) : bao;
  }

  String name() {
    return settings.name();
  }

  ProviderSettings raw() {
    return settings;
  }

  Origin origin() {
    return origin;
  }

  /**
   * Whether a token that lies around on this machine may be sent to the address: it belongs to the
   * server that the environment names, and to no other.
   */
  boolean takesAmbientToken() {
    String ambient = ambientAddress(surroundings);
    return ambient.isEmpty() || Origin.parse(ambient, "VAULT_ADDR").equals(origin);
  }

  String namespace() {
    return settings.text("namespace").orElseGet(() -> ambient(surroundings, "NAMESPACE"));
  }

  /** The file with an authority's certificate; empty for none. */
  String caFile() {
    return settings.text("ca_file").orElseGet(() -> ambient(surroundings, "CACERT"));
  }

  String appRoleMount() {
    return settings.text("approle_mount").orElse("approle");
  }

  /** Where KV is, with a slash at its end; empty when it must be found out. */
  String mount() {
    String mount = settings.text("mount").orElse("");
    return mount.isEmpty() || mount.endsWith("/") ? mount : mount + "/";
  }

  /** 1 or 2; 0 when it must be found out. */
  int kvVersion() {
    return kvVersion;
  }

  boolean revokesLeases() {
    return switch (settings.text("revoke_leases").orElse("false")) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw PaleException.of(
              601, "revoke_leases of provider " + name() + " is not true or false", "", "");
    };
  }
}
