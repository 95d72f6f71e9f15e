package dev.pale.gateway.proxy;

import dev.pale.gateway.inject.Injector;
import dev.pale.gateway.log.Totals;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.policy.Budget;
import dev.pale.gateway.policy.Policy;
import dev.pale.gateway.redact.Redactor;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What the proxy knows of one client. Thread-safe. */
public final class ClientSession implements AutoCloseable {
  private static final int MOST_CONNECTIONS = 512;

  final String name;
  final Policy policy;
  final Budget budget;
  final Injector injector;
  final Redactor redactor;
  final Totals totals;
  final AtomicInteger connections = new AtomicInteger();

  /** Authorities that got a real value in this session: what they send may hold it from then on. */
  final Set<Authority> reached = ConcurrentHashMap.newKeySet();

  /**
   * A client.
   *
   * @param name told in the log
   * @param policy what it may do
   * @param budget what it has left
   * @param injector finds placeholders
   * @param redactor cleans what comes back
   * @param totals counts
   */
  public ClientSession(
      String name,
      Policy policy,
      Budget budget,
      Injector injector,
      Redactor redactor,
      Totals totals) {
    this.name = name;
    this.policy = policy;
    this.budget = budget;
    this.injector = injector;
    this.redactor = redactor;
    this.totals = totals;
  }

  /** Whether this client holds more connections than its share. */
  boolean tooManyConnections() {
    return connections.get() > MOST_CONNECTIONS;
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** The counts. */
  public Totals totals() {
    return totals;
  }

  @Override
  public void close() {
    injector.close();
    redactor.close();
  }
}
