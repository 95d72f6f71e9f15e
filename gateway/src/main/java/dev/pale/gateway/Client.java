package dev.pale.gateway;

import dev.pale.gateway.log.Totals;
import dev.pale.gateway.trust.ProxyAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A client session of a running gateway.
 *
 * @param name its name
 * @param authenticated where it connects with its token
 * @param plain where its programs without credentials connect; empty when there is no such listener
 * @param totals what has left and what has come back
 * @param log the file of its rows
 */
public record Client(
    String name,
    ProxyAddress authenticated,
    Optional<ProxyAddress> plain,
    Totals totals,
    Path log) {}
