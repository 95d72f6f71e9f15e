package dev.pale.providers.local;

import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.ProviderType;
import dev.pale.providers.spi.Setting;
import dev.pale.providers.spi.Surroundings;
import java.nio.file.Path;
import java.util.List;

/** The store of {@code pass}, and that of {@code gopass} where it keeps its entries with gpg. */
final class PassType implements ProviderType {
  private final String kind;
  private final boolean gopass;

  private PassType(String kind, boolean gopass) {
    this.kind = kind;
    this.gopass = gopass;
  }

  static PassType pass() {
    return new PassType("pass", false);
  }

  static PassType gopass() {
    return new PassType("gopass", true);
  }

  @Override
  public String kind() {
    return kind;
  }

  @Override
  public String title() {
    return gopass ? "gopass, with gpg" : "pass, the standard Unix password manager";
  }

  @Override
  public List<String> examples() {
    return List.of(kind + "://team/db", kind + "://team/db#user", kind + "://team/tls-key#*");
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.optional(
            "store",
            "the folder of the store",
            gopass
                ? "PASSWORD_STORE_DIR, ~/.local/share/gopass/stores/root"
                : "PASSWORD_STORE_DIR, ~/.password-store"));
  }

  @Override
  public boolean worksUnconfigured() {
    return true;
  }

  @Override
  public Provider open(ProviderSettings settings, Surroundings surroundings) {
    String set =
        settings.text("store").orElseGet(() -> surroundings.variables().get("PASSWORD_STORE_DIR"));
    Path store = set.isEmpty() ? usual(surroundings) : Places.file(set, surroundings);
    return new PassProvider(settings.name(), gopass ? "gopass" : "pass", store, surroundings);
  }

  private Path usual(Surroundings surroundings) {
    if (!gopass) {
      return surroundings.home().resolve(".password-store");
    }
    String data = surroundings.variables().get("XDG_DATA_HOME");
    Path base = data.startsWith("/") ? Path.of(data) : surroundings.home().resolve(".local/share");
    return base.resolve("gopass/stores/root");
  }
}
