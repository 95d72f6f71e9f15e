package dev.pale.providers.local;

import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Programs;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.ProviderType;
import dev.pale.providers.spi.Setting;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The desktop's keychain (Secret Service), through libsecret's {@code secret-tool}. */
final class KeychainType implements ProviderType {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MOST_BYTES = 1 << 20;
  private static final byte[] NONE = new byte[0];

  @Override
  public String kind() {
    return "keychain";
  }

  @Override
  public String title() {
    return "The desktop's keychain (Secret Service: GNOME Keyring, KWallet, KeePassXC)";
  }

  @Override
  public List<String> examples() {
    return List.of("keychain://my-service/my-account");
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.optional("service_attribute", "the item's attribute for the service", "service"),
        Setting.optional(
            "account_attribute",
            "the item's attribute for the account; Python's keyring has username",
            "account"));
  }

  @Override
  public boolean worksUnconfigured() {
    return true;
  }

  @Override
  public Provider open(ProviderSettings settings, Surroundings surroundings) {
    return new Keychain(
        attribute(settings, "service_attribute", "service"),
        attribute(settings, "account_attribute", "account"),
        surroundings);
  }

  private static String attribute(ProviderSettings settings, String setting, String usual) {
    String name = settings.text(setting).orElse(usual);
    if (!name.matches("[A-Za-z][A-Za-z0-9:._-]{0,63}")) {
      throw PaleException.of(601, "the setting " + setting + " is no name of an attribute", "", "");
    }
    return name;
  }

  private static final class Keychain extends EachProvider {
    private final String service;
    private final String account;
    private final Surroundings surroundings;

    Keychain(String service, String account, Surroundings surroundings) {
      this.service = service;
      this.account = account;
      this.surroundings = surroundings;
    }

    @Override
    Map<Reference, Outcome> readPlace(String path, List<Reference> references) {
      Map<Reference, Outcome> outcomes = new LinkedHashMap<>();
      for (Reference each : references) {
        Places.requireNoQuery(each);
        if (!each.fragment().isEmpty()) {
          throw Places.malformed("an item has no fields", "keychain://service/account");
        }
        outcomes.put(each, one(path, each));
      }
      return outcomes;
    }

    private Outcome one(String path, Reference reference) {
      String[] parts = path.split("/", -1);
      List<String> attributes = new ArrayList<>();
      if (parts.length > 2) {
        throw Places.malformed("it has more than two parts", "keychain://service/account");
      }
      for (int i = 0; i < parts.length; i++) {
        String value = Places.decoded(parts[i]);
        if (value.isEmpty() || value.startsWith("-")) {
          // secret-tool would take the latter for one of its options.
          throw Places.malformed(
              "a part of it is empty or starts with -", "keychain://service/account");
        }
        attributes.add(i == 0 ? service : account);
        attributes.add(value);
      }
      try (Programs.Result result = call("lookup", attributes)) {
        if (result.status() == 0) {
          return new Outcome.Found(SecretValue.copyOf(reference.text(), result.output()));
        }
        if (result.errors().length == 0) {
          return new Outcome.Missing("the keychain has no such item, or it is locked");
        }
        throw unavailable("secret-tool ended with status " + result.status());
      }
    }

    private Programs.Result call(String verb, List<String> attributes) {
      requireBus();
      List<String> command = new ArrayList<>();
      command.add(surroundings.programs().find("secret-tool").toString());
      command.add(verb);
      command.addAll(attributes);
      return surroundings.programs().run(command, Map.of(), NONE, PATIENCE, MOST_BYTES);
    }

    /** Without an address libsecret would start a bus of its own, where no keychain is. */
    private void requireBus() {
      String runtime = surroundings.variables().get("XDG_RUNTIME_DIR");
      if (surroundings.variables().get("DBUS_SESSION_BUS_ADDRESS").isEmpty()
          && (runtime.isEmpty() || Files.notExists(Path.of(runtime, "bus")))) {
        throw unavailable("there is no session bus: not a desktop session");
      }
    }

    private static PaleException unavailable(String why) {
      return PaleException.of(
          635, "the desktop's keychain does not answer", why, "log in at the desktop, unlock it");
    }

    @Override
    public Health health() {
      try (Programs.Result result = call("search", List.of(service, "pale-health-none"))) {
        return result.status() == 0
            ? new Health.Usable("", "the Secret Service on the session bus")
            : new Health.Unusable(unavailable("secret-tool ended with status " + result.status()));
      } catch (PaleException e) {
        return new Health.Unusable(e);
      }
    }
  }
}
