package dev.pale.providers.aws;

import dev.pale.providers.http.Origin;
import dev.pale.secrets.PaleException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A region, known to be one by the pattern of its partition: what becomes part of a host's name is
 * nothing that an ARN or a file can choose freely. The patterns and suffixes are those of AWS'
 * published partitions.
 */
record AwsRegion(String name, Partition partition) {
  /** A part of AWS with accounts, keys and names of its own. */
  enum Partition {
    AWS("aws", "(us|eu|ap|sa|ca|me|af|il|mx)-[a-z]{1,16}-[0-9]{1,2}", "amazonaws.com", "api.aws"),
    CHINA(
        "aws-cn", "cn-[a-z]{1,16}-[0-9]{1,2}", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
    GOV("aws-us-gov", "us-gov-[a-z]{1,16}-[0-9]{1,2}", "amazonaws.com", "api.aws"),
    ISO("aws-iso", "us-iso-[a-z]{1,16}-[0-9]{1,2}", "c2s.ic.gov", ""),
    ISO_B("aws-iso-b", "us-isob-[a-z]{1,16}-[0-9]{1,2}", "sc2s.sgov.gov", ""),
    ISO_E("aws-iso-e", "eu-isoe-[a-z]{1,16}-[0-9]{1,2}", "cloud.adc-e.uk", ""),
    ISO_F("aws-iso-f", "us-isof-[a-z]{1,16}-[0-9]{1,2}", "csp.hci.ic.gov", ""),
    EUROPE("aws-eusc", "eusc-[a-z]{2}-[a-z]{1,16}-[0-9]{1,2}", "amazonaws.eu", "");

    private final String id;
    private final Pattern regions;
    private final String suffix;
    private final String dualstackSuffix;

    Partition(String id, String regions, String suffix, String dualstackSuffix) {
      this.id = id;
      this.regions = Pattern.compile(regions);
      this.suffix = suffix;
      this.dualstackSuffix = dualstackSuffix;
    }

    /** As ARNs name it: {@code aws-cn}. */
    String id() {
      return id;
    }
  }

  /** A region by its name; empty for what is none. */
  static Optional<AwsRegion> find(String name) {
    for (Partition each : Partition.values()) {
      if (each.regions.matcher(name).matches()) {
        return Optional.of(new AwsRegion(name, each));
      }
    }
    return Optional.empty();
  }

  /** A region by its name; error 622 for what is none. */
  static AwsRegion of(String name, String from) {
    return find(name)
        .orElseThrow(() ->
            PaleException.of(
                622,
                "what " + from + " names is no AWS region",
                "a region is written like eu-central-1",
                "set the region to the one where the secrets are"));
  }

  /**
   * Where a service of this region is.
   *
   * @param service the first part of its host: {@code kms}
   */
  Origin host(String service, boolean fips, boolean dualstack) {
    if (dualstack && partition.dualstackSuffix.isEmpty()) {
      throw PaleException.of(
          622, "region " + name + " has no dual-stack addresses", "", "leave out dualstack");
    }
    String suffix = dualstack ? partition.dualstackSuffix : partition.suffix;
    return new Origin("https", service + (fips ? "-fips." : ".") + name + "." + suffix, 443);
  }
}
