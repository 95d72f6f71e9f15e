package dev.pale.providers.aws;

import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.ProviderType;
import dev.pale.providers.spi.Setting;
import dev.pale.providers.spi.Surroundings;
import java.util.List;

/** AWS Secrets Manager. */
public final class SecretsManager implements ProviderType {
  /** The kind. */
  public SecretsManager() {}

  @Override
  public String kind() {
    return "aws-sm";
  }

  @Override
  public String title() {
    return "AWS Secrets Manager";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "aws-sm://prod/stripe",
        "aws-sm://prod/db#password",
        "aws-sm://prod/db?stage=AWSPREVIOUS#password",
        "aws-sm://arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/db-AbCdEf");
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
    return new SecretsManagerProvider(settings, new AwsAccess(settings, surroundings));
  }
}
