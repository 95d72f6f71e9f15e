package dev.pale.providers.http;

import dev.pale.secrets.PaleException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * A scheme, a host and a port.
 *
 * @param scheme {@code https}, or {@code http} for this machine's own loopback
 * @param host in lower case; IPv6 in brackets
 * @param port 1 to 65535
 */
public record Origin(String scheme, String host, int port) {
  /**
   * From an address such as {@code https://vault.example.com:8200}; a path, query, fragment or user
   * part is refused.
   *
   * @param setting where the address comes from, for the error
   * @throws PaleException 601 for what is no such address, or unencrypted to another machine
   */
  public static Origin parse(String address, String setting) {
    URI uri;
    try {
      uri = new URI(address);
    } catch (URISyntaxException e) {
      throw refused(setting, "it is no URL");
    }
    String path = uri.getRawPath();
    if (uri.getHost() == null
        || uri.getScheme() == null
        || uri.getRawUserInfo() != null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null
        || !(path == null || path.isEmpty() || path.equals("/"))) {
      throw refused(setting, "it must be https://host or https://host:port and nothing more");
    }
    return of(uri, setting);
  }

  /**
   * Where clouds give their machines tokens: {@code http://169.254.169.254}, an address that never
   * leaves the machine's own link. The one origin without encryption that is not loopback.
   */
  public static Origin linkLocalMetadata() {
    return new Origin("http", "169.254.169.254", 80);
  }

  private static Origin of(URI uri, String setting) {
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    boolean plain = scheme.equals("http");
    if (!plain && !scheme.equals("https")) {
      throw refused(setting, "it must start with https://");
    }
    if (plain && !isLoopback(host)) {
      throw refused(setting, "http:// would send credentials unencrypted to another machine");
    }
    int port = uri.getPort();
    return new Origin(scheme, host, port > 0 ? port : plain ? 80 : 443);
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || host.equals("[::1]")
        || host.matches("127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}");
  }

  private static PaleException refused(String setting, String why) {
    return PaleException.of(
        601,
        "the address in " + setting + " cannot be used",
        why,
        "give it as https://host[:port]");
  }

  /** The address without a trailing slash, with the port only where it is not the scheme's own. */
  public String text() {
    boolean usual = port == (scheme.equals("https") ? 443 : 80);
    return scheme + "://" + host + (usual ? "" : ":" + port);
  }

  @Override
  public String toString() {
    return text();
  }
}
