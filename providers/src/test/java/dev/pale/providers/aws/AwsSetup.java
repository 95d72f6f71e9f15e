package dev.pale.providers.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pale.providers.fake.FakeAws;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the tests of AWS set up again and again. */
final class AwsSetup {
  private AwsSetup() {}

  /** The user's key in the settings; more settings by pairs. */
  static ProviderSettings keyed(String name, String address, String... more) {
    return new ProviderSettings(name, plain(address, more), key(FakeAws.KEY_ID, FakeAws.SECRET));
  }

  /** No key in the settings. */
  static ProviderSettings keyless(String name, String address, String... more) {
    return new ProviderSettings(name, plain(address, more), Map.of());
  }

  static Map<String, SecretValue> key(String id, String secret) {
    return Map.of(
        "access_key_id",
        SecretValue.owning("access_key_id", id.getBytes(UTF_8)),
        "secret_access_key",
        SecretValue.owning("secret_access_key", secret.getBytes(UTF_8)));
  }

  private static Map<String, String> plain(String address, String... more) {
    Map<String, String> plain = new HashMap<>();
    plain.put("region", FakeAws.REGION);
    plain.put("endpoint", address);
    plain.put("sts_endpoint", address);
    for (int i = 0; i < more.length; i += 2) {
      plain.put(more[i], more[i + 1]);
    }
    return plain;
  }

  static SortedMap<SecretName, SecretValue> values(String... pairs) {
    SortedMap<SecretName, SecretValue> values = new TreeMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(
          SecretName.of(pairs[i]), SecretValue.owning(pairs[i], pairs[i + 1].getBytes(UTF_8)));
    }
    return values;
  }
}
