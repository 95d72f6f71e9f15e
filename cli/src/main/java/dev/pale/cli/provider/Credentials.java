package dev.pale.cli.provider;

import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import dev.pale.vault.Vault;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The credentials of providers, in the vault: project {@code pale-providers}, an environment for
 * each provider, a secret for each setting.
 */
final class Credentials {
  private static final String PROJECT = "pale-providers";

  private Credentials() {}

  private static Place place(String provider) {
    return new Place(PROJECT, provider);
  }

  /** Setting to credential; the caller closes them. */
  static Map<String, SecretValue> read(Vault vault, String provider, Actor actor) {
    Place place = place(provider);
    if (!vault.has(place)) {
      return Map.of();
    }
    Map<String, SecretValue> credentials = new HashMap<>();
    SortedMap<SecretName, SecretValue> values =
        vault.read(ReadRequest.all(place, ReadRequest.Verb.STORE, actor));
    values.forEach((name, value) -> credentials.put(name.text().toLowerCase(Locale.ROOT), value));
    return credentials;
  }

  /** The settings that have a credential, without reading one. */
  static java.util.List<String> names(Vault vault, String provider, Actor actor) {
    Place place = place(provider);
    if (!vault.has(place)) {
      return java.util.List.of();
    }
    return vault.list(place, actor).stream()
        .map(info -> info.name().text().toLowerCase(Locale.ROOT))
        .toList();
  }

  /** Keeps these, and forgets what was there before. */
  static void replace(
      Vault vault, String provider, Map<String, SecretValue> credentials, Actor actor) {
    remove(vault, provider, actor);
    if (credentials.isEmpty()) {
      return;
    }
    TreeMap<SecretName, SecretValue> values = new TreeMap<>();
    credentials.forEach(
        (setting, value) -> values.put(SecretName.of(setting.toUpperCase(Locale.ROOT)), value));
    Place place = place(provider);
    prepare(vault, place, actor);
    vault.setAll(place, values, actor);
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
