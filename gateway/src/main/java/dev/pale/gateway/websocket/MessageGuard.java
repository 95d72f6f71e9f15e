package dev.pale.gateway.websocket;

import dev.pale.secrets.Out;

/**
 * Looks at messages on their way, one after the other, and lets them pass, changed or not.
 *
 * <p>Not thread-safe.
 */
public interface MessageGuard {
  /**
   * More bytes of the message.
   *
   * @param sink gets what may pass; called during this call only
   * @throws dev.pale.gateway.refusal.Refusal when the message must not pass: the web socket ends
   */
  void write(byte[] b, int off, int len, Out sink);

  /**
   * The message has ended; the next bytes belong to another one.
   *
   * @param sink gets what was held back
   * @throws dev.pale.gateway.refusal.Refusal when the message must not pass
   */
  void finish(Out sink);
}
