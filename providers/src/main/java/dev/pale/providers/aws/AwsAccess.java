package dev.pale.providers.aws;

import dev.pale.providers.aws.AwsEndpoints.Service;
import dev.pale.providers.http.Origin;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import java.util.Map;
import java.util.Optional;

/**
 * One identity at AWS with its region: what the providers have in common. Opens nothing and reads
 * nothing before it is asked. Thread-safe.
 */
final class AwsAccess implements AutoCloseable {
  private final ProviderSettings settings;
  private final Surroundings machine;
  private final AwsFiles files;
  private final AwsEndpoints endpoints;
  private final AwsCaller caller;
  private final KeyCache keys;
  private @org.jspecify.annotations.Nullable AwsRegion region;

  AwsAccess(ProviderSettings settings, Surroundings machine) {
    this.settings = settings;
    this.machine = machine;
    this.files = new AwsFiles(machine);
    this.endpoints = new AwsEndpoints(settings, machine.variables());
    this.caller = new AwsCaller(machine, endpoints);
    KeyChain chain = new KeyChain(settings, machine, files, caller, this::region);
    this.keys = new KeyCache(chain::fetch, machine.clock());
    settings.text("region").filter(text -> !text.isEmpty()).ifPresent(this::checkedRegion);
    for (String setting : new String[] {"endpoint", "sts_endpoint"}) {
      settings
          .text(setting)
          .filter(text -> !text.isEmpty())
          .ifPresent(text -> Origin.parse(text, setting));
    }
  }

  private AwsRegion checkedRegion(String name) {
    return AwsRegion.of(name, "the setting region");
  }

  /** That of the settings, the environment, the profile or the instance; error 622 for none. */
  synchronized AwsRegion region() {
    AwsRegion known = region;
    if (known == null) {
      known = findRegion();
      region = known;
    }
    return known;
  }

  private AwsRegion findRegion() {
    Optional<String> set = settings.text("region").filter(text -> !text.isEmpty());
    if (set.isPresent()) {
      return checkedRegion(set.get());
    }
    for (String name : new String[] {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
      String value = machine.variables().get(name);
      if (!value.isEmpty()) {
        return AwsRegion.of(value, name);
      }
    }
    String profile =
        settings.text("profile").filter(text -> !text.isEmpty()).or(files::named).orElse("default");
    return files
        .profile(profile)
        .flatMap(found -> found.get("region"))
        .map(name -> AwsRegion.of(name, "the AWS profile"))
        .or(() ->
            new LocalKeys(machine)
                .instanceRegion()
                .map(name -> AwsRegion.of(name, "the instance's metadata")))
        .orElseThrow(() ->
            PaleException.of(
                622,
                "no AWS region is known",
                "neither the provider nor AWS_REGION nor the AWS profile names one",
                "set AWS_REGION, or the provider's setting region"));
  }

  /**
   * The region of an ARN, when this access may go there.
   *
   * @throws PaleException 622 when an address was set that stands for another region
   */
  AwsRegion regionOf(Arn arn, Service service) {
    if (endpoints.own(service).isPresent() && !arn.region().equals(region())) {
      throw PaleException.of(
          622,
          "the reference is of region " + arn.region().name(),
          "the provider's endpoint is for " + region().name(),
          "add a provider for the other region");
    }
    return arn.region();
  }

  /** Asks a service in a region. */
  AwsReply ask(Service service, AwsRegion where, String operation, String body) {
    return caller.json(service, where, keys, operation, body);
  }

  /** Asks STS who this is. */
  Health health(String detail) {
    try (AwsReply reply = caller.sts(region(), keys, Map.of("Action", "GetCallerIdentity"))) {
      if (!reply.isOk()) {
        return new Health.Unusable(reply.failure("the caller's identity"));
      }
      String arn =
          StsXml.parse(reply.body())
              .getOrDefault("GetCallerIdentityResponse/GetCallerIdentityResult/Arn", "");
      if (!arn.matches("arn:aws[a-z-]{0,16}:(sts|iam)::[0-9]{12}:[A-Za-z0-9+=,.@_/-]{1,600}")) {
        return new Health.Unusable(reply.notUnderstood("it names no identity"));
      }
      return new Health.Usable(arn, detail + " in " + region().name());
    } catch (PaleException e) {
      return new Health.Unusable(e);
    }
  }

  @Override
  public void close() {
    keys.close();
  }

  @Override
  public String toString() {
    return "[AWS for " + settings.name() + "]";
  }
}
