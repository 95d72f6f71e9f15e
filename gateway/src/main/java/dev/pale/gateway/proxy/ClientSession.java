package dev.pale.gateway.proxy;

import dev.pale.gateway.inject.Injector;
import dev.pale.gateway.log.RequestLog;
import dev.pale.gateway.policy.Budget;
import dev.pale.gateway.policy.Policy;
import dev.pale.gateway.redact.Redactor;
import java.util.concurrent.atomic.AtomicInteger;

/** What the proxy knows of one client. Thread-safe. */
public final class ClientSession implements AutoCloseable {
  private static final int MOST_CONNECTIONS = 512;

  final String name;
  final Policy policy;
  final Budget budget;
  volatile Injector injector;
  volatile Redactor redactor;
  final RequestLog log;
  final AtomicInteger connections = new AtomicInteger();

  /**
   * A client.
   *
   * @param name told in the log
   * @param policy what it may do
   * @param budget what it has left
   * @param injector finds placeholders
   * @param redactor cleans what comes back
   * @param log one row a request; closed with the session
   */
  public ClientSession(
      String name,
      Policy policy,
      Budget budget,
      Injector injector,
      Redactor redactor,
      RequestLog log) {
    this.name = name;
    this.policy = policy;
    this.budget = budget;
    this.injector = injector;
    this.redactor = redactor;
    this.log = log;
  }

  /** Whether this client holds more connections than its share. */
  boolean tooManyConnections() {
    return connections.get() > MOST_CONNECTIONS;
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** The rows. */
  public RequestLog log() {
    return log;
  }

  @Override
  public void close() {
    log.close();
    injector.close();
    redactor.close();
  }
}
