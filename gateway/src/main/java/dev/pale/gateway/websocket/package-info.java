/**
 * Web sockets (RFC 6455): {@link dev.pale.gateway.websocket.WebSocketHandshake} checks both halves
 * of the upgrade, {@link dev.pale.gateway.websocket.WebSocketRelay} passes messages on, one loop a
 * direction.
 *
 * <p>Messages are looked at one by one: what a server spreads over several of them is not put
 * together.
 */
package dev.pale.gateway.websocket;
