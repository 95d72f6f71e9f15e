package dev.pale.gateway.proxy;

import dev.pale.gateway.http.HttpOutput;
import dev.pale.gateway.http.RequestHead;

/** Upgrades: WebSocket, and no other. Stateless. */
final class Upgrade {
  private Upgrade() {}

  /** Whether a request wants to become a WebSocket. Other upgrades are not sent on. */
  static boolean isWanted(RequestHead head) {
    return head.method().equals("GET")
        && head.headers().hasToken("upgrade", "websocket")
        && head.headers().hasToken("connection", "upgrade");
  }

  static void writeFields(HttpOutput server, RequestHead head) {
    server.field("Connection", "Upgrade");
    server.field("Upgrade", "websocket");
  }
}
