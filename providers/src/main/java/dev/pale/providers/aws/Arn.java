package dev.pale.providers.aws;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a resource: {@code arn:partition:service:region:account:resource}. Region and
 * partition are known to belong together.
 */
record Arn(String text, AwsRegion region, String service, String account, String resource) {
  private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");
  private static final Pattern RESOURCE = Pattern.compile("[A-Za-z0-9/_+=.@:!-]{1,1024}");

  /** Reads a name with a region; empty for what is none. */
  static Optional<Arn> parse(String text) {
    String[] parts = text.split(":", 6);
    if (parts.length != 6
        || !parts[0].equals("arn")
        || !ACCOUNT.matcher(parts[4]).matches()
        || !RESOURCE.matcher(parts[5]).matches()) {
      return Optional.empty();
    }
    return AwsRegion.find(parts[3])
        .filter(region -> region.partition().id().equals(parts[1]))
        .map(region -> new Arn(text, region, parts[2], parts[4], parts[5]));
  }

  @Override
  public String toString() {
    return text;
  }
}
