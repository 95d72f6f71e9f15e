package dev.pale.providers.azure;

import dev.pale.providers.spi.ProviderSettings;
import dev.pale.secrets.PaleException;

/** One of Microsoft's clouds: where its vaults and its tokens are. */
enum Cloud {
  PUBLIC("vault.azure.net", "https://login.microsoftonline.com"),
  CHINA("vault.azure.cn", "https://login.chinacloudapi.cn"),
  USGOVERNMENT("vault.usgovcloudapi.net", "https://login.microsoftonline.us");

  private final String vaults;
  private final String login;

  Cloud(String vaults, String login) {
    this.vaults = vaults;
    this.login = login;
  }

  static Cloud of(ProviderSettings settings) {
    return switch (settings.text("cloud").orElse("public")) {
      case "public" -> PUBLIC;
      case "china" -> CHINA;
      case "usgovernment" -> USGOVERNMENT;
      default ->
          throw PaleException.of(
              601, "the setting cloud names no cloud", "", "set public, china or usgovernment");
    };
  }

  /** What hosts of vaults end in. */
  String vaults() {
    return vaults;
  }

  /** Where tokens come from. */
  String login() {
    return login;
  }

  /** For what a token is asked for. */
  String resource() {
    return "https://" + vaults;
  }
}
