/** WebSocket handshakes and frames. */
package dev.pale.gateway.websocket;
