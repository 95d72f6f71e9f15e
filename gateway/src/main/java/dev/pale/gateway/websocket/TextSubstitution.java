package dev.pale.gateway.websocket;

/** Puts real values into a text message, for services whose protocol sends them there. */
@FunctionalInterface
public interface TextSubstitution {
  /**
   * The message as it is sent.
   *
   * @param text a whole message, UTF-8 as the client sent it; wiped after the call
   * @return the array itself, or another one that is wiped once it was sent
   * @throws dev.pale.gateway.refusal.Refusal when the message must not pass
   */
  byte[] apply(byte[] text);
}
