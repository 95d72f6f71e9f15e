package dev.pale.cli.provider;

import dev.pale.crypto.AssociatedData;
import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import dev.pale.vault.Vault;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The credentials of providers, in the vault: project {@code pale-providers}, an environment for
 * each provider, a secret for each setting, and a digest of the kind and the settings that they
 * were given for.
 *
 * <p>Settings are in a file, and a variable such as {@code XDG_CONFIG_HOME} chooses which file:
 * only the digest keeps another file from naming another address for the same credentials.
 */
final class Credentials {
  private static final String PROJECT = "pale-providers";

  /** Beside the credentials; no kind has a setting of this name. */
  private static final SecretName SETUP = SecretName.of("SETUP_DIGEST");

  private Credentials() {}

  private static Place place(String provider) {
    return new Place(PROJECT, provider);
  }

  /** Whether a provider has credentials. */
  static boolean any(Vault vault, String provider) {
    return vault.has(place(provider));
  }

  /**
   * Setting to credential; the caller closes them.
   *
   * @throws PaleException 619 when the provider is not set up as it was when they were given
   */
  static Map<String, SecretValue> read(Vault vault, Configured provider, Actor actor) {
    Place place = place(provider.name());
    if (!vault.has(place)) {
      return Map.of();
    }
    SortedMap<SecretName, SecretValue> values =
        vault.read(ReadRequest.all(place, ReadRequest.Verb.STORE, actor));
    if (values.isEmpty()) {
      return Map.of();
    }
    SecretValue given = values.remove(SETUP);
    try (SecretValue now = setup(provider.kind(), provider.settings())) {
      if (given == null || !given.equals(now)) {
        values.values().forEach(SecretValue::close);
        throw PaleException.of(
            619,
            "provider " + provider.name() + " is not set up as it was",
            "its credentials were given for another kind, or for other settings than those in"
                + " config.toml now; they are sent nowhere",
            "look at pale provider show "
                + provider.name()
                + "; when it is right: pale provider add "
                + provider.name()
                + " --replace …");
      }
    } finally {
      if (given != null) {
        given.close();
      }
    }
    Map<String, SecretValue> credentials = new HashMap<>();
    values.forEach((name, value) -> credentials.put(name.text().toLowerCase(Locale.ROOT), value));
    return credentials;
  }

  /** What a provider is: its kind and all its settings. */
  private static SecretValue setup(String kind, SortedMap<String, String> settings) {
    AssociatedData data = AssociatedData.of("pale/provider-setup/1").text(kind);
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      data = data.text(setting.getKey()).text(setting.getValue());
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(data.encoded());
      return SecretValue.owning(
          SETUP.text(), HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The settings that have a credential, without reading one. */
  static java.util.List<String> names(Vault vault, String provider, Actor actor) {
    Place place = place(provider);
    if (!vault.has(place)) {
      return java.util.List.of();
    }
    return vault.list(place, actor).stream()
        .filter(info -> !info.name().equals(SETUP))
        .map(info -> info.name().text().toLowerCase(Locale.ROOT))
        .toList();
  }

  /** Keeps these for a provider of this kind and settings, and forgets what was there before. */
  static void replace(
      Vault vault,
      String provider,
      String kind,
      SortedMap<String, String> settings,
      Map<String, SecretValue> credentials,
      Actor actor) {
    remove(vault, provider, actor);
    if (credentials.isEmpty()) {
      return;
    }
    TreeMap<SecretName, SecretValue> values = new TreeMap<>();
    credentials.forEach(
        (setting, value) -> values.put(SecretName.of(setting.toUpperCase(Locale.ROOT)), value));
    Place place = place(provider);
    prepare(vault, place, actor);
    try (SecretValue setup = setup(kind, settings)) {
      values.put(SETUP, setup);
      vault.setAll(place, values, actor);
    }
  }

  /** Forgets a provider's credentials for ever. */
  static void remove(Vault vault, String provider, Actor actor) {
    if (vault.has(place(provider))) {
      vault.deleteEnvironment(place(provider), actor);
    }
  }

  /** Makes project and environment where they are not there yet. */
  static void prepare(Vault vault, Place place, Actor actor) {
    try {
      vault.createProject(place.project(), actor);
    } catch (PaleException there) {
      if (there.code() != 110) {
        throw there;
      }
    }
    try {
      vault.createEnvironment(place, actor);
    } catch (PaleException there) {
      if (there.code() != 112) {
        throw there;
      }
    }
  }
}
