package dev.pale.providers.onepassword;

import dev.pale.providers.rest.Base;
import dev.pale.providers.rest.Credentials;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.ProviderType;
import dev.pale.providers.spi.Setting;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import java.util.List;
import java.util.Optional;

/**
 * 1Password, over a Connect server where one is set, else through 1Password's own program {@code
 * op} (version 2), signed in as a service account or by the desktop app. Reads and lists.
 *
 * <p>All references are read in one run of {@code op inject}, so a person is asked once. Formats:
 * 1Password's public references. Never run against the real service nor the real program.
 */
public final class OnePassword implements ProviderType {
  /** The kind. */
  public OnePassword() {}

  @Override
  public String kind() {
    return "op";
  }

  @Override
  public String title() {
    return "1Password: Connect server, service account, or desktop app";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "op://Team/Stripe/api-key",
        "op://Team/Database/Admin/password",
        "op://Team/GitHub/one-time password?attribute=otp",
        "op://Team/Deploy/private key?ssh-format=openssh");
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.optional("connect_host", "a Connect server's address; without it op is run", ""),
        Setting.credential("connect_token", "the Connect server's access token"),
        Setting.credential("service_account_token", "for op: a service account's token, ops_…"),
        Setting.optional("account", "for op: which account, when there are several", ""),
        Setting.optional("program", "for op: its absolute path", "op on the PATH"));
  }

  /**
   * As {@code op} does: with {@code OP_CONNECT_HOST}, {@code OP_SERVICE_ACCOUNT_TOKEN}, or the app.
   */
  @Override
  public boolean worksUnconfigured() {
    return true;
  }

  @Override
  public Provider open(ProviderSettings settings, Surroundings surroundings) {
    Credentials credentials = new Credentials(settings, surroundings);
    Optional<String> host = credentials.setting("connect_host");
    Optional<String> token = credentials.kept("connect_token");
    Optional<String> serviceAccount = credentials.kept("service_account_token");
    if (host.isPresent() != token.isPresent()) {
      throw PaleException.of(
          601,
          "provider " + settings.name() + " is set up by half",
          "connect_host and connect_token belong together",
          "pale provider add " + settings.name() + " --kind op");
    }
    if (host.isPresent() && serviceAccount.isPresent()) {
      throw PaleException.of(
          601,
          "provider " + settings.name() + " is set up for two ways",
          "connect_token is for a Connect server, service_account_token for op",
          "leave one of them out");
    }
    String name = "connect_host";
    Optional<String> hostVariable = credentials.variable("OP_CONNECT_HOST");
    Optional<String> tokenVariable = credentials.variable("OP_CONNECT_TOKEN");
    if (host.isEmpty()
        && serviceAccount.isEmpty()
        && hostVariable.isPresent()
        && tokenVariable.isPresent()) {
      host = hostVariable;
      token = tokenVariable;
      name = "OP_CONNECT_HOST";
    }
    if (host.isPresent() && token.isPresent()) {
      Base base = Base.parse(host.get(), name);
      return new ConnectProvider(
          settings.name(), new Connect(surroundings.http(), base, token.get()));
    }
    return new OpProvider(
        settings.name(),
        new OpProgram(
            surroundings.programs(),
            program(credentials),
            serviceAccount,
            credentials.setting("account"),
            hostVariable.isPresent() || tokenVariable.isPresent()));
  }

  private static Optional<String> program(Credentials credentials) {
    Optional<String> path = credentials.setting("program");
    if (path.isPresent() && !path.get().startsWith("/")) {
      throw PaleException.of(
          601, "the setting program cannot be used", "it is no absolute path", "");
    }
    return path;
  }
}
