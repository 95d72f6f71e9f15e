package dev.pale.providers.aws;

import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.ProviderType;
import dev.pale.providers.spi.Setting;
import dev.pale.providers.spi.Surroundings;
import java.util.List;

/** The Parameter Store of AWS Systems Manager. */
public final class ParameterStore implements ProviderType {
  /** The kind. */
  public ParameterStore() {}

  @Override
  public String kind() {
    return "aws-ssm";
  }

  @Override
  public String title() {
    return "AWS Systems Manager Parameter Store";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "aws-ssm:///prod/stripe/key",
        "aws-ssm:///prod/db?version=3",
        "aws-ssm://stripe-key?label=live");
  }

  @Override
  public List<Setting> settings() {
    return AwsSettings.all();
  }

  @Override
  public boolean worksUnconfigured() {
    return true;
  }

  @Override
  public Provider open(ProviderSettings settings, Surroundings surroundings) {
    return new ParameterStoreProvider(settings, new AwsAccess(settings, surroundings));
  }
}
