package dev.pale.formats.project;

import java.util.List;

/**
 * A table {@code [[gateway.rules]]}: what happens to requests of some hosts. Texts as they stand in
 * the file; what they mean is the gateway's business.
 *
 * @param name what the log calls it; {@code pale.toml line 12} when the file gives none
 * @param action {@code allow}, {@code deny} or {@code approve}
 * @param hosts at least one
 * @param methods upper-case; empty for all
 * @param paths patterns that begin with {@code /}; empty for all
 * @param maxBodyBytes of a request; -1 for no limit
 * @param requestsPerMinute -1 for no limit
 * @param sessionRequests of one session; -1 for no limit
 * @param source the file's name
 * @param line the line of the table, from 1
 */
public record GatewayRule(
    String name,
    String action,
    List<String> hosts,
    List<String> methods,
    List<String> paths,
    long maxBodyBytes,
    long requestsPerMinute,
    long sessionRequests,
    String source,
    int line) {
  public GatewayRule {
    hosts = List.copyOf(hosts);
    methods = List.copyOf(methods);
    paths = List.copyOf(paths);
  }
}
