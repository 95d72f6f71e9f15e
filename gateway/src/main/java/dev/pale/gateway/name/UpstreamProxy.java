package dev.pale.gateway.name;

import dev.pale.secrets.SecretValue;
import java.util.Optional;

/**
 * A proxy that stands between this machine and the world, reached by CONNECT.
 *
 * <p>Not a record, because it may hold a value.
 */
public final class UpstreamProxy {
  private final String host;
  private final int port;
  private final Optional<SecretValue> login;

  /**
   * A proxy.
   *
   * @param host a name or an address
   * @param port 1 to 65535
   * @param login {@code user:password} for Basic; stays the caller's, who keeps it open
   */
  public UpstreamProxy(String host, int port, Optional<SecretValue> login) {
    this.host = host;
    this.port = port;
    this.login = login;
  }

  /** Name or address. */
  public String host() {
    return host;
  }

  /** Port. */
  public int port() {
    return port;
  }

  /** {@code user:password}. */
  public Optional<SecretValue> login() {
    return login;
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
