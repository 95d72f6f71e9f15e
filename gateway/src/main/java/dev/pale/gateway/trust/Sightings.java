package dev.pale.gateway.trust;

/**
 * What the gateway saw of a probe. Each probe asks for a host of its own, so that the host alone
 * tells which it was.
 *
 * <p>Implementations are thread-safe.
 */
public interface Sightings {
  /**
   * Whether a client asked for a way to this host, by CONNECT or in absolute form.
   *
   * @param host lower case, without port
   */
  boolean connected(String host);

  /** Whether a whole request for this host arrived inside TLS, so that the client trusts us. */
  boolean requested(String host);
}
