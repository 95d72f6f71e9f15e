/**
 * {@code pale gateway}: a command gets placeholders, and the gateway puts the values in on their
 * way out. Start with {@link dev.pale.cli.gateway.GatewayCommands}; what files, flags and services
 * say is put together in {@code GatewayPlan}.
 */
package dev.pale.cli.gateway;
