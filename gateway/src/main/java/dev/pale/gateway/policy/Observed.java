package dev.pale.gateway.policy;

import dev.pale.gateway.name.HostPattern;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was learned of one destination.
 *
 * @param host the destination
 * @param requests how many requests, admitted connections without a request not counted
 * @param methods how many requests a method
 * @param paths patterns that cover what was asked for; segments that look like identifiers or
 *     credentials are stars
 */
public record Observed(
    HostPattern host, long requests, SortedMap<String, Long> methods, List<PathPattern> paths) {
  public Observed {
    methods = Collections.unmodifiableSortedMap(new TreeMap<>(methods));
    paths = List.copyOf(paths);
  }
}
