package dev.pale.providers.github;

import dev.pale.providers.http.Origin;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.ProviderType;
import dev.pale.providers.spi.Setting;
import dev.pale.providers.spi.Surroundings;
import java.util.List;

/** Secrets of GitHub Actions, REST API 2022-11-28. Write only. */
public final class GitHubSecrets implements ProviderType {
  static final String KIND = "github";
  static final String ADDRESS = "https://api.github.com";
  static final List<String> EXAMPLES = List.of("github://owner/repo/DATABASE_URL");

  /** The kind. */
  public GitHubSecrets() {}

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public String title() {
    return "GitHub Actions secrets, write only";
  }

  @Override
  public List<String> examples() {
    return EXAMPLES;
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.credential("token", "also from GITHUB_TOKEN or GH_TOKEN for github.com"),
        Setting.optional("address", "of GitHub Enterprise Server", ADDRESS));
  }

  @Override
  public boolean worksUnconfigured() {
    return true;
  }

  @Override
  public Provider open(ProviderSettings settings, Surroundings surroundings) {
    Origin origin = Origin.parse(settings.text("address").orElse(ADDRESS), "address");
    return new GitHubStore(settings, new GitHubApi(settings, surroundings, origin));
  }
}
