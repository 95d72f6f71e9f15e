package dev.pale.providers.google;

import dev.pale.providers.http.Origin;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.ProviderType;
import dev.pale.providers.spi.Setting;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import java.util.List;

/** Secret Manager of Google Cloud, API v1. */
public final class GoogleSecretManager implements ProviderType {
  static final String KIND = "gcp-sm";
  static final List<String> EXAMPLES =
      List.of(
          "gcp-sm://my-project/DATABASE_URL",
          "gcp-sm://my-project/DATABASE_URL/5",
          "gcp-sm://my-project/database#password");

  /** The kind. */
  public GoogleSecretManager() {}

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public String title() {
    return "Google Cloud Secret Manager";
  }

  @Override
  public List<String> examples() {
    return EXAMPLES;
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.optional("project", "project for lists and for the test of the provider", ""),
        Setting.optional("location", "region of regional secrets, for instance europe-west3", ""),
        Setting.credential(
            "credentials_json", "a service account's key file, or one of gcloud's, its content"),
        Setting.optional(
            "address", "another address of the service", "https://secretmanager.googleapis.com"),
        Setting.optional(
            "token_address", "another address where tokens come from", GoogleCredentials.TOKENS),
        Setting.optional("metadata_address", "another metadata server", "http://169.254.169.254"));
  }

  @Override
  public boolean worksUnconfigured() {
    return true;
  }

  @Override
  public Provider open(ProviderSettings settings, Surroundings surroundings) {
    String location = settings.text("location").orElse("");
    if (!location.isEmpty() && !location.matches("[a-z0-9-]{1,40}")) {
      throw PaleException.of(
          601, "the setting location is no region", "", "give it as europe-west3");
    }
    Origin origin =
        Origin.parse(
            settings
                .text("address")
                .orElse(
                    location.isEmpty()
                        ? "https://secretmanager.googleapis.com"
                        : "https://secretmanager." + location + ".rep.googleapis.com"),
            "address");
    GoogleCredentials credentials = new GoogleCredentials(settings, surroundings);
    return new GoogleStore(
        settings,
        location,
        new GoogleApi("Google Secret Manager", origin, credentials, surroundings));
  }
}
