/**
 * HTTP/1.1 as bytes: a strict parser, framing, and writing. Knows no secrets, no policy, no
 * sockets.
 *
 * <p>Begin with {@link dev.pale.gateway.http.HttpInput#readRequest} and {@link
 * dev.pale.gateway.http.HttpOutput}. Sources: RFC 9110, RFC 9112.
 */
package dev.pale.gateway.http;
