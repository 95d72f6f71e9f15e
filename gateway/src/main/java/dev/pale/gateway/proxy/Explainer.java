package dev.pale.gateway.proxy;

/** Tells a client why a request of its would be sent or not. Thread-safe. */
@FunctionalInterface
public interface Explainer {
  /**
   * Explains.
   *
   * @param client who asks
   * @param method {@code GET}
   * @param url what it would ask for; any text
   * @return JSON
   */
  String explain(ClientSession client, String method, String url);
}
