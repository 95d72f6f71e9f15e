package dev.pale.providers.aws;

import dev.pale.providers.http.Origin;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Surroundings.Variables;
import java.util.Optional;

/**
 * Where the services are: the provider's own setting, then {@code AWS_ENDPOINT_URL_…} and {@code
 * AWS_ENDPOINT_URL} of the environment as AWS' tools have it, then the region's public host. All
 * are HTTPS, or on this machine. The environment does not count for a key that was given to Pale.
 * Thread-safe.
 */
final class AwsEndpoints {
  /** A service: its host's first part, which is also how it signs, and its variable's end. */
  enum Service {
    SECRETS_MANAGER("secretsmanager", "SECRETS_MANAGER"),
    SSM("ssm", "SSM"),
    KMS("kms", "KMS"),
    STS("sts", "STS");

    private final String id;
    private final String variable;

    Service(String id, String variable) {
      this.id = id;
      this.variable = variable;
    }

    /** {@code secretsmanager}. */
    String id() {
      return id;
    }
  }

  private final ProviderSettings settings;
  private final Variables variables;

  AwsEndpoints(ProviderSettings settings, Variables variables) {
    this.settings = settings;
    this.variables = variables;
  }

  /** Where the service of a region is asked. */
  Origin of(Service service, AwsRegion region) {
    return own(service).orElseGet(() -> region.host(service.id(), flag("fips"), flag("dualstack")));
  }

  /** An address that was set for the service instead of the region's; empty for none. */
  Optional<Origin> own(Service service) {
    String setting = service == Service.STS ? "sts_endpoint" : "endpoint";
    Optional<String> set = settings.text(setting).filter(text -> !text.isEmpty());
    if (set.isPresent()) {
      return Optional.of(Origin.parse(set.get(), setting));
    }
    // Whoever starts Pale sets its environment: that sends no key of Pale's keeping elsewhere.
    boolean kept = settings.credential("secret_access_key").isPresent();
    if (kept || variables.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").equalsIgnoreCase("true")) {
      return Optional.empty();
    }
    for (String name : new String[] {"AWS_ENDPOINT_URL_" + service.variable, "AWS_ENDPOINT_URL"}) {
      String address = variables.get(name);
      if (!address.isEmpty()) {
        return Optional.of(Origin.parse(address, name));
      }
    }
    return Optional.empty();
  }

  private boolean flag(String setting) {
    String variable =
        setting.equals("fips") ? "AWS_USE_FIPS_ENDPOINT" : "AWS_USE_DUALSTACK_ENDPOINT";
    return settings.text(setting).orElseGet(() -> variables.get(variable)).equalsIgnoreCase("true");
  }
}
