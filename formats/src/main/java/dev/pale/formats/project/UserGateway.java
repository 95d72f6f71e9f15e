package dev.pale.formats.project;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The table {@code [gateway]} of the user's {@code config.toml}.
 *
 * @param privateHosts targets in private networks that are meant, as host patterns
 * @param upstreamProxy {@code http://host:port} of a proxy that all requests go through
 * @param upstreamProxySecret the secret {@code PROJECT/ENV/NAME} that holds its {@code
 *     user:password}
 * @param upstreamCa files with further certificate authorities, by full path
 * @param approveSeconds how long a request waits for a person; default 45
 * @param keepLogsDays how long logs of sessions are kept; default 30
 * @param connect {@code host:port} to the {@code host:port} that is dialled for it
 * @param rules the user's own rules
 * @param line the line of the table, from 1
 */
public record UserGateway(
    List<String> privateHosts,
    Optional<String> upstreamProxy,
    Optional<String> upstreamProxySecret,
    List<String> upstreamCa,
    long approveSeconds,
    long keepLogsDays,
    SortedMap<String, String> connect,
    List<GatewayRule> rules,
    int line) {
  public UserGateway {
    privateHosts = List.copyOf(privateHosts);
    upstreamCa = List.copyOf(upstreamCa);
    connect = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(connect));
    rules = List.copyOf(rules);
  }
}
