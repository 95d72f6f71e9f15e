/**
 * HTTP/1.1 as bytes: a strict parser, framing, and writing. Knows no secrets, no policy, no
 * sockets.
 *
 * <p>Begin with {@code HttpInput.readRequest} and {@code HttpOutput}. Sources: RFC 9110, RFC 9112.
 */
package dev.pale.gateway.http;
