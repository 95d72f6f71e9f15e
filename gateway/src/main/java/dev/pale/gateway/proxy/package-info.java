/** Connections: listeners, tunnels, the request loop, upstream. */
package dev.pale.gateway.proxy;
