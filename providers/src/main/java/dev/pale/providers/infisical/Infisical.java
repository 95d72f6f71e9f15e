package dev.pale.providers.infisical;

import dev.pale.providers.infisical.InfisicalClient.Options;
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
 * Infisical, in the cloud or one's own, over its own interface: version 4, or version 3 where a
 * server has no other. Reads, lists and writes; one request reads all secrets of a folder. Written
 * are shared secrets only.
 *
 * <p>Formats: Infisical's public reference and server. Never run against the real service.
 */
public final class Infisical implements ProviderType {
  /** The kind. */
  public Infisical() {}

  @Override
  public String kind() {
    return "infisical";
  }

  @Override
  public String title() {
    return "Infisical";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "infisical://64f1c0ffee64f1c0ffee64f1/dev/DATABASE_URL",
        "infisical://64f1c0ffee64f1c0ffee64f1/prod/backend/api/STRIPE_KEY");
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.optional("host", "us, eu, or the address of a server of one's own", "us"),
        Setting.optional("client_id", "a machine identity's client id (universal auth)", ""),
        Setting.credential("client_secret", "its client secret"),
        Setting.credential("token", "an access token, in place of a machine identity"),
        Setting.optional("personal", "true: personal overrides win over shared values", "false"),
        Setting.optional("expand", "false: leave ${…} in values as it is", "true"));
  }

  /**
   * With {@code INFISICAL_TOKEN}, or {@code INFISICAL_UNIVERSAL_AUTH_CLIENT_ID} and {@code
   * …_CLIENT_SECRET}; {@code INFISICAL_API_URL} beside them.
   */
  @Override
  public boolean worksUnconfigured() {
    return true;
  }

  @Override
  public Provider open(ProviderSettings settings, Surroundings surroundings) {
    Credentials credentials = new Credentials(settings, surroundings);
    Optional<String> token = credentials.kept("token");
    Optional<String> secret = credentials.kept("client_secret");
    Optional<String> id = credentials.setting("client_id");
    Optional<String> host = credentials.setting("host");
    String name = "host";
    if (token.isEmpty() && secret.isEmpty()) {
      token = credentials.variable("INFISICAL_TOKEN");
      secret = credentials.variable("INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET");
      id = credentials.variable("INFISICAL_UNIVERSAL_AUTH_CLIENT_ID");
      if (host.isEmpty()) {
        host = credentials.variable("INFISICAL_API_URL");
        name = "INFISICAL_API_URL";
      }
    }
    Base base = base(host.orElse("us"), name);
    SignIn signIn;
    if (token.isPresent()) {
      signIn = new SignIn.Given(token.get());
    } else if (secret.isPresent() && id.isPresent()) {
      signIn =
          new SignIn.Universal(
              surroundings.http(), base, id.get(), secret.get(), surroundings.clock());
    } else {
      throw credentials.none(
          secret.isPresent()
              ? "client_secret is set without client_id"
              : "neither token nor client_id with client_secret is set, nor INFISICAL_TOKEN",
          "pale provider add " + settings.name() + " --kind infisical");
    }
    Options options =
        new Options(flag(credentials, "personal", false), flag(credentials, "expand", true));
    return new InfisicalProvider(
        settings.name(), new InfisicalClient(surroundings.http(), base, signIn, options));
  }

  /** The variable of Infisical's own program ends in {@code /api}. */
  private static Base base(String host, String name) {
    return switch (host) {
      case "us" -> Base.parse("https://app.infisical.com", name);
      case "eu" -> Base.parse("https://eu.infisical.com", name);
      default -> {
        Base base = Base.parse(host, name);
        yield base.path().endsWith("/api")
            ? new Base(base.origin(), base.path().substring(0, base.path().length() - 4))
            : base;
      }
    };
  }

  private static boolean flag(Credentials credentials, String name, boolean otherwise) {
    return switch (credentials.setting(name).orElse("")) {
      case "" -> otherwise;
      case "true" -> true;
      case "false" -> false;
      default ->
          throw PaleException.of(
              601, "the setting " + name + " cannot be used", "it is true or false", "");
    };
  }
}
