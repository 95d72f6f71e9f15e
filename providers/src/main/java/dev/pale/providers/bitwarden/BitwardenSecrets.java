package dev.pale.providers.bitwarden;

import dev.pale.providers.rest.Base;
import dev.pale.providers.rest.Credentials;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.ProviderType;
import dev.pale.providers.spi.Setting;
import dev.pale.providers.spi.Surroundings;
import java.util.List;
import java.util.Optional;

/**
 * Bitwarden Secrets Manager, over its own interface: Pale signs in with a machine account's access
 * token, and decrypts names and values itself. Reads and lists; does not write.
 *
 * <p>Formats: Bitwarden's public client and server (bitwarden/sdk-sm, bitwarden/server); key
 * derivation and decryption agree with the vectors of Bitwarden's own client. Never run against the
 * real service.
 */
public final class BitwardenSecrets implements ProviderType {
  /** The kind. */
  public BitwardenSecrets() {}

  @Override
  public String kind() {
    return "bws";
  }

  @Override
  public String title() {
    return "Bitwarden Secrets Manager";
  }

  @Override
  public List<String> examples() {
    return List.of("bws://acme-api/DATABASE_URL", "bws://be8e0ad8-d545-4017-a55a-b02f014d4158");
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.credential("access_token", "a machine account's access token, 0.…"),
        Setting.optional(
            "server",
            "us, eu, or the address of a server of one's own: https://bw.example.com",
            "us"),
        Setting.optional("api", "the API's address, when it is not the server's /api", ""),
        Setting.optional(
            "identity",
            "the identity service's address, when it is not the server's /identity",
            ""));
  }

  /** With {@code BWS_ACCESS_TOKEN}, and {@code BWS_SERVER_URL} beside it. */
  @Override
  public boolean worksUnconfigured() {
    return true;
  }

  @Override
  public Provider open(ProviderSettings settings, Surroundings surroundings) {
    Credentials credentials = new Credentials(settings, surroundings);
    Optional<String> kept = credentials.kept("access_token");
    String token =
        kept.or(() -> credentials.variable("BWS_ACCESS_TOKEN"))
            .orElseThrow(() ->
                credentials.none(
                    "neither access_token nor BWS_ACCESS_TOKEN is set",
                    "pale provider add " + settings.name() + " --kind bws"));
    Optional<String> server = credentials.setting("server");
    String name = "server";
    if (server.isEmpty() && kept.isEmpty()) {
      server = credentials.variable("BWS_SERVER_URL");
      name = "BWS_SERVER_URL";
    }
    Base api = base(credentials, "api", server.orElse("us"), name);
    Base identity = base(credentials, "identity", server.orElse("us"), name);
    return new BitwardenProvider(
        settings.name(),
        new Session(
            surroundings.http(), api, identity, AccessToken.parse(token), surroundings.clock()));
  }

  private static Base base(Credentials credentials, String part, String server, String name) {
    Optional<String> own = credentials.setting(part);
    if (own.isPresent()) {
      return Base.parse(own.get(), part);
    }
    return switch (server) {
      case "us" -> Base.parse("https://" + part + ".bitwarden.com", name);
      case "eu" -> Base.parse("https://" + part + ".bitwarden.eu", name);
      default -> Base.parse(server, name).under("/" + part);
    };
  }
}
