package dev.pale.cli.provider;

import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A table {@code [providers.NAME]} of {@code config.toml}.
 *
 * @param name its scheme in references
 * @param kind of store
 * @param settings what is no secret
 * @param cache how long a kept value may stand in for the store; empty: nothing is kept
 * @param offlineFallback whether a kept value is used when the store cannot be reached
 * @param line of the table, from 1; 0 for a kind that needs no table
 */
record Configured(
    String name,
    String kind,
    SortedMap<String, String> settings,
    Optional<Duration> cache,
    boolean offlineFallback,
    int line) {}
