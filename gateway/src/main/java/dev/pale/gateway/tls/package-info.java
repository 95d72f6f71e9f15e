/**
 * TLS on both sides of the gateway: the authority of one session, in memory only, and the trust in
 * servers.
 *
 * <p>Begin with {@code SessionAuthority.create} and {@code UpstreamTrust.of}.
 */
package dev.pale.gateway.tls;
