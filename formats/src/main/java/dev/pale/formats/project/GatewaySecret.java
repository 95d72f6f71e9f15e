package dev.pale.formats.project;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a table {@code [secrets.NAME]} with {@code deliver = "gateway"} says beside its hosts. Texts
 * as they stand in the file; an empty one was not given.
 *
 * @param service the id of a service; empty: the one that the name suggests
 * @param slots where the value may stand in a request; empty: the service's
 * @param preset a set of rules of the service; empty: none
 * @param placeholder the shape of the placeholder; empty: the service's
 * @param whenAbsent whether it is put in when a request has no authorisation; empty: as the service
 *     says
 * @param sharedHosts whether a wildcard, or a host where anybody can rent a name, is meant
 * @param plainHttp whether {@code http://} hosts are meant
 * @param lines the line of each of these keys that the file has
 */
public record GatewaySecret(
    String service,
    List<String> slots,
    String preset,
    String placeholder,
    Optional<Boolean> whenAbsent,
    boolean sharedHosts,
    boolean plainHttp,
    Map<String, Integer> lines) {
  public GatewaySecret {
    slots = List.copyOf(slots);
    lines = Map.copyOf(lines);
  }

  /** The line of a key; {@code otherwise} when the file does not have it. */
  public int line(String key, int otherwise) {
    return lines.getOrDefault(key, otherwise);
  }
}
