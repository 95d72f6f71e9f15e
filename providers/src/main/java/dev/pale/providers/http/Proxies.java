package dev.pale.providers.http;

import dev.pale.providers.spi.Surroundings.Variables;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * The proxy that the caller's environment names: {@code HTTPS_PROXY} (also in lower case) unless
 * {@code NO_PROXY} leaves the host out. This machine itself is never asked for through a proxy, and
 * everything else is HTTPS, so a proxy sees names of hosts and encrypted bytes.
 *
 * <p>{@code NO_PROXY} is a list of hosts with commas: {@code *} for all, {@code example.com} and
 * {@code .example.com} for the host and those below it, optionally with {@code :port}.
 */
final class Proxies extends ProxySelector {
  private static final List<Proxy> DIRECT = List.of(Proxy.NO_PROXY);

  private final List<Proxy> proxy;
  private final String authorization;
  private final List<String> except;

  private Proxies(List<Proxy> proxy, String authorization, List<String> except) {
    this.proxy = proxy;
    this.authorization = authorization;
    this.except = except;
  }

  static Proxies of(Variables variables) {
    String address = first(variables, "HTTPS_PROXY", "https_proxy");
    if (address.isEmpty()) {
      return new Proxies(DIRECT, "", List.of());
    }
    URI uri;
    try {
      uri = new URI(address.contains("://") ? address : "http://" + address);
    } catch (URISyntaxException e) {
      throw refused("it is no URL");
    }
    if (!"http".equalsIgnoreCase(uri.getScheme())) {
      throw refused("only proxies that are spoken to over http:// are known");
    }
    if (uri.getHost() == null) {
      throw refused("it names no host");
    }
    if (uri.getPort() > 65_535) {
      throw refused("it names no port");
    }
    String user = uri.getUserInfo();
    String authorization =
        user == null
            ? ""
            : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    int port = uri.getPort() > 0 ? uri.getPort() : 80;
    Proxy proxy =
        new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(uri.getHost(), port));
    List<String> except =
        List.of(first(variables, "NO_PROXY", "no_proxy").toLowerCase(Locale.ROOT).split(","))
            .stream()
            .map(String::strip)
            .filter(each -> !each.isEmpty())
            .toList();
    return new Proxies(List.of(proxy), authorization, except);
  }

  private static String first(Variables variables, String name, String other) {
    String value = variables.get(name);
    return value.isEmpty() ? variables.get(other) : value;
  }

  private static PaleException refused(String why) {
    return PaleException.of(
        601, "the proxy in HTTPS_PROXY cannot be used", why, "give it as http://host:port");
  }

  /** What the proxy wants to see as {@code Proxy-Authorization}; empty for nothing. */
  String authorization() {
    return authorization;
  }

  boolean isDirect(String scheme, String host, int port) {
    if (proxy.equals(DIRECT) || scheme.equals("http") || isThisMachine(host)) {
      return true;
    }
    for (String each : except) {
      int colon = each.lastIndexOf(':');
      boolean withPort = colon > 0 && each.substring(colon + 1).matches("[0-9]{1,5}");
      String name = withPort ? each.substring(0, colon) : each;
      if (withPort && port != Integer.parseInt(each.substring(colon + 1))) {
        continue;
      }
      String below = name.startsWith(".") ? name : "." + name;
      if (name.equals("*") || host.equals(name) || ("." + host).endsWith(below)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isThisMachine(String host) {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }

  @Override
  public List<Proxy> select(URI uri) {
    int port = uri.getPort() > 0 ? uri.getPort() : 443;
    return isDirect(uri.getScheme(), uri.getHost().toLowerCase(Locale.ROOT), port) ? DIRECT : proxy;
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    // The request's own failure says it.
  }
}
