package dev.pale.providers.aws;

import java.util.Map;
import java.util.Optional;

/**
 * One profile of the user's AWS files. Prints its name only.
 *
 * @param values by key in lower case; holds credentials
 * @param runsPrograms whether its {@code credential_process} may be run: it stands in a file of the
 *     user's own that nobody else can write
 */
record AwsProfile(String name, Map<String, String> values, boolean runsPrograms) {
  AwsProfile {
    values = Map.copyOf(values);
  }

  Optional<String> get(String key) {
    return Optional.ofNullable(values.get(key)).filter(value -> !value.isEmpty());
  }

  @Override
  public String toString() {
    return "[profile " + name + "]";
  }
}
