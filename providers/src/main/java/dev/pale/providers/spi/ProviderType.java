package dev.pale.providers.spi;

import java.util.List;

/**
 * One kind of store. Stateless and thread-safe; holds no connection.
 *
 * <p>References name a provider by their scheme: either the name under which the user added one, or
 * a kind that needs nothing to be added ({@link #worksUnconfigured}).
 */
public interface ProviderType {
  /** The kind's name, also its default scheme: {@code vault}, {@code aws-sm}, {@code op}. */
  String kind();

  /** One line for people: {@code HashiCorp Vault and OpenBao, KV 1 and 2}. */
  String title();

  /** The form of its references, one example a line, for help and errors. */
  List<String> examples();

  /** What can be set, in the order in which it is asked for. */
  List<Setting> settings();

  /**
   * Whether a reference of this kind works without {@code pale provider add}: from the caller's own
   * environment and files, as the store's own tools do.
   */
  boolean worksUnconfigured();

  /**
   * Makes a provider, which owns the settings from then on and wipes them when it is closed. Opens
   * no connection and reads no file yet.
   *
   * @throws dev.pale.secrets.PaleException 601 for settings that are missing or not allowed
   */
  Provider open(ProviderSettings settings, Surroundings surroundings);
}
