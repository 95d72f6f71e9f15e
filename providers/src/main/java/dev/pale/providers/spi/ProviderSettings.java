package dev.pale.providers.spi;

import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretValue;
import java.util.Map;
import java.util.Optional;

/**
 * How one provider is set up. Prints no credential. Not thread-safe with regard to {@link
 * #close()}.
 */
public final class ProviderSettings implements AutoCloseable {
  private final String name;
  private final Map<String, String> plain;
  private final Map<String, SecretValue> credentials;

  /**
   * Takes ownership of the credentials.
   *
   * @param name the provider's name, its scheme in references
   */
  public ProviderSettings(
      String name, Map<String, String> plain, Map<String, SecretValue> credentials) {
    this.name = name;
    this.plain = Map.copyOf(plain);
    this.credentials = Map.copyOf(credentials);
  }

  /** Nothing is set. */
  public static ProviderSettings none(String name) {
    return new ProviderSettings(name, Map.of(), Map.of());
  }

  /** The provider's name, its scheme in references. */
  public String name() {
    return name;
  }

  /** A setting that is no secret; empty when it is not set. */
  public Optional<String> text(String setting) {
    return Optional.ofNullable(plain.get(setting));
  }

  /** A setting that is no secret; error 601 when it is not set. */
  public String required(String setting) {
    return text(setting)
        .orElseThrow(() ->
            PaleException.of(
                601,
                "provider " + name + " lacks its setting " + setting,
                "",
                "pale provider add " + name + " --set " + setting + "=…"));
  }

  /** A credential, still owned by this; empty when it is not set. */
  public Optional<SecretValue> credential(String setting) {
    return Optional.ofNullable(credentials.get(setting));
  }

  /** Wipes the credentials. */
  @Override
  public void close() {
    for (SecretValue credential : credentials.values()) {
      credential.close();
    }
  }

  @Override
  public String toString() {
    return "[settings of provider " + name + "]";
  }
}
