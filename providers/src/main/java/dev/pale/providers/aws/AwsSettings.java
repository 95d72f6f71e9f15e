package dev.pale.providers.aws;

import dev.pale.providers.spi.Setting;
import java.util.List;

/** What can be set for a provider at AWS. */
final class AwsSettings {
  private AwsSettings() {}

  static List<Setting> all() {
    return List.of(
        Setting.optional("region", "region, eu-central-1", "AWS_REGION, the profile"),
        Setting.credential("access_key_id", "access key; without one, as AWS' own tools find it"),
        Setting.credential("secret_access_key", "its secret"),
        Setting.credential("session_token", "its session token, when it is temporary"),
        Setting.optional("profile", "profile of ~/.aws to use instead of a key", "AWS_PROFILE"),
        Setting.optional("role_arn", "role to take on", ""),
        Setting.optional("external_id", "what the role's owner asks for", ""),
        Setting.optional("kms_key_id", "key for what is written", "the account's own"),
        Setting.optional("endpoint", "address of a VPC endpoint", "the region's"),
        Setting.optional("sts_endpoint", "address of STS", "the region's"),
        Setting.optional("fips", "true for FIPS addresses", "false"),
        Setting.optional("dualstack", "true for addresses with IPv6", "false"));
  }
}
