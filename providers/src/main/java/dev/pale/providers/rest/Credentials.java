package dev.pale.providers.rest;

import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Where a provider's credentials and addresses come from: its settings or the caller's environment,
 * never a mix.
 *
 * <p>Whoever sets the caller's environment (an agent that starts Pale) may so name another server,
 * but gets no credential that the user gave to Pale sent there: an address from the environment
 * counts only for a credential from the environment.
 */
public final class Credentials {
  private final ProviderSettings settings;
  private final Surroundings.Variables variables;

  /** Of one provider. */
  public Credentials(ProviderSettings settings, Surroundings surroundings) {
    this.settings = settings;
    this.variables = surroundings.variables();
  }

  /** A credential that was given to Pale; empty when it is not set. */
  public Optional<String> kept(String setting) {
    return settings.credential(setting).map(value -> text(value, setting));
  }

  /** A variable of the caller; empty when it is not set. */
  public Optional<String> variable(String name) {
    return Optional.of(variables.get(name)).filter(text -> !text.isEmpty());
  }

  /** A setting that is no secret; empty when it is not set or empty. */
  public Optional<String> setting(String name) {
    return settings.text(name).filter(text -> !text.isEmpty());
  }

  /** The error for a provider that has no credential at all. */
  public PaleException none(String what, String settingOrVariable) {
    return PaleException.of(
        601, "provider " + settings.name() + " has no credential", what, settingOrVariable);
  }

  /** Headers and forms carry printable ASCII; a line end behind a token is a slip of the editor. */
  private static String text(SecretValue value, String setting) {
    String text = new String(value.bytes(Reveal.KEY), StandardCharsets.UTF_8);
    String bare = text.strip();
    for (int i = 0; i < bare.length(); i++) {
      if (bare.charAt(i) <= ' ' || bare.charAt(i) > '~') {
        throw PaleException.of(
            601,
            "the credential " + setting + " cannot be used",
            "it holds a character that no token has",
            "set it again");
      }
    }
    return bare;
  }
}
