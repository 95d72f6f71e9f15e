package dev.pale.providers.azure;

import dev.pale.providers.http.Origin;
import dev.pale.providers.spi.ProviderSettings;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which hosts are vaults. A token for Key Vault opens every vault of its owner, so it goes to hosts
 * of Microsoft's domain alone, and to the one address that the user set.
 */
final class Vaults {
  private static final Pattern NAME = Pattern.compile("[A-Za-z][0-9A-Za-z-]{1,22}[0-9A-Za-z]");

  private final Cloud cloud;
  private final Optional<Origin> own;

  Vaults(ProviderSettings settings) {
    this.cloud = Cloud.of(settings);
    this.own = settings.text("vault_address").map(text -> Origin.parse(text, "vault_address"));
  }

  Cloud cloud() {
    return cloud;
  }

  /** The vault of a name or a host; empty when it is none. */
  Optional<Origin> named(String text) {
    Optional<Origin> set = own.filter(origin -> isAt(origin, text));
    if (set.isPresent()) {
      return set;
    }
    String host = text.toLowerCase(Locale.ROOT);
    String suffix = "." + cloud.vaults();
    String name = host.endsWith(suffix) ? host.substring(0, host.length() - suffix.length()) : host;
    return NAME.matcher(name).matches()
        ? Optional.of(new Origin("https", name + suffix, 443))
        : Optional.empty();
  }

  /**
   * The vault of a URL such as {@code https://my-vault.vault.azure.net/}; empty when it is none.
   */
  Optional<Origin> ofUrl(String url) {
    String text = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    if (own.isPresent() && own.get().text().equals(text)) {
      return own;
    }
    if (!text.startsWith("https://") || !text.toLowerCase(Locale.ROOT).endsWith(cloud.vaults())) {
      return Optional.empty();
    }
    String host = text.substring("https://".length());
    return host.equalsIgnoreCase(cloud.vaults()) ? Optional.empty() : named(host);
  }

  private static boolean isAt(Origin origin, String text) {
    return text.equals(origin.host()) || text.equals(origin.host() + ":" + origin.port());
  }
}
