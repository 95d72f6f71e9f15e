package dev.pale.formats.project;

import java.util.List;

/**
 * The table {@code [gateway]} of {@code pale.toml}.
 *
 * @param observe whether hosts that nothing names are let through and remembered
 * @param sessionRequests how many requests one session may make; -1 for no limit
 * @param rules in the order of the file
 */
public record ProjectGateway(boolean observe, long sessionRequests, List<GatewayRule> rules) {
  public ProjectGateway {
    rules = List.copyOf(rules);
  }
}
