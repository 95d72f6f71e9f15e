package dev.pale.providers.http;

/**
 * Sends requests to services.
 *
 * <p>Each {@link Origin} is one scheme, host and port; nothing leaves it: redirects are not
 * followed, and a link from an answer is used only when it stays on the origin. Certificates are
 * checked. Connections, the time of a call with all its attempts, and the size of an answer are
 * bounded.
 *
 * <p>Thread-safe.
 */
public interface Http {
  /**
   * Sends a request and reads the whole answer, with retries as the call allows.
   *
   * @return any answer that has a status, 4xx and 5xx included; the caller closes it
   * @throws dev.pale.secrets.PaleException 602 no connection, 603 too slow, 604 an answer that is
   *     too large, 605 a redirect, 606 a certificate that is not trusted
   */
  HttpAnswer send(HttpCall call);
}
