package dev.pale.gateway.service;

import dev.pale.gateway.name.HostPattern;
import dev.pale.gateway.policy.Rule;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is known of a service: where its credential may go, and where in a request it belongs.
 *
 * @param id the name by which a policy asks for it: {@code github}
 * @param title its own name
 * @param hosts where the credential may go; empty when the user must name a tenant's host, as the
 *     note says: see {@link ServiceCatalogue#withHosts}
 * @param slots where it belongs; the first is what is filled in a request that has none
 * @param shape the placeholder's shape: see {@code Shapes}; may be empty
 * @param names secret names that suggest the service: {@code OPENAI_API_KEY}
 * @param whenAbsent whether its clients leave the credential out until they are asked for it, so
 *     that it is put into requests that have none
 * @param presets rules by the name of the preset: {@code read-only}; empty without hosts
 * @param note one sentence for the user; may be empty
 */
public record Service(
    String id,
    String title,
    List<HostPattern> hosts,
    List<Slot> slots,
    String shape,
    List<String> names,
    boolean whenAbsent,
    SortedMap<String, List<Rule>> presets,
    String note) {
  public Service {
    hosts = List.copyOf(hosts);
    slots = List.copyOf(slots);
    names = List.copyOf(names);
    presets = Collections.unmodifiableSortedMap(new TreeMap<>(presets));
  }

  /** Whether the user must name the hosts. */
  public boolean needsHosts() {
    return hosts.isEmpty();
  }
}
